//! Patches on effective trees: strategic merge as Kustomize does it, and JSON Patch (RFC 6902).
//!
//! Both are pure functions that change a tree in place. What must always hold: a value that a
//! patch set carries a step that names the patch's line and, where there was one, the value before
//! it; what a patch leaves alone keeps its origin and stays shared with the tree it came from; a
//! refused patch leaves the target as it was.
//!
//! Reading starts with [`strategic_merge`] and [`Schema`], which knows how lists merge.

mod error;
mod json_patch;
mod keyed_list;
mod mark;
mod merge_lists;
mod schema;
mod schema_data;
mod strategic_merge;
#[cfg(test)]
mod tests;

pub use error::PatchError;
pub use json_patch::json_patch;
pub use schema::Schema;
pub use strategic_merge::{Leftover, Merged, strategic_merge};
