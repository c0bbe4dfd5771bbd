//! Where Terraform keeps what it knows of a root.

use kai_core::{Known, SmolStr};

/// The place for the state of a root.
#[derive(Debug, Clone)]
pub struct StateStore {
    /// The bucket, where it is one.
    pub bucket: Known<SmolStr>,
    /// True where two applies cannot write at once.
    pub is_locked: Known<bool>,
}
