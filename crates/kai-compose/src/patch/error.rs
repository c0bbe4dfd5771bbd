//! Why a patch was refused.

use kai_core::{OriginId, SmolStr};

/// A patch that cannot be applied, named with the place it was about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatchError {
    /// One side has a mapping where the other has a list or a scalar.
    #[error("`{path}` is {target} in the object and {patch} in the patch")]
    Mismatch { path: String, target: &'static str, patch: &'static str, at: OriginId },
    /// A list that merges by key holds something that has no keys.
    #[error("`{path}` merges by `{key}`, and one of its items is not a mapping")]
    ItemWithoutKeys { path: String, key: SmolStr, at: OriginId },
    /// `$patch` with a value other than `merge`, `replace` and `delete`.
    #[error("`{path}` has the unknown directive `$patch: {directive}`")]
    UnknownDirective { path: String, directive: String, at: OriginId },
    /// A JSON patch that is not a list of operations.
    #[error("a JSON patch is a list of operations, and this is {found}")]
    NotOperations { found: &'static str, at: OriginId },
    /// One operation of a JSON patch.
    #[error("operation {number} (`{operation}` at `{path}`): {reason}")]
    Operation { number: usize, operation: String, path: String, reason: String, at: OriginId },
}

impl PatchError {
    /// The line of the patch, or of the object where the patch has none.
    #[must_use]
    pub fn at(&self) -> OriginId {
        match self {
            Self::Mismatch { at, .. }
            | Self::ItemWithoutKeys { at, .. }
            | Self::UnknownDirective { at, .. }
            | Self::NotOperations { at, .. }
            | Self::Operation { at, .. } => *at,
        }
    }
}
