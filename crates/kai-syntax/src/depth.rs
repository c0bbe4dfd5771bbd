//! How deep trees may be.

/// Deeper trees are refused, so that whoever walks a tree may recurse.
pub(crate) const MAX_DEPTH: u32 = 200;
