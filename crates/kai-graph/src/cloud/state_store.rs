//! Where Terraform keeps what it knows of a root.

use kai_core::{Known, SmolStr};

/// The place for the state of a root.
#[derive(Debug, Clone)]
pub struct StateStore {
    /// The bucket, where it is one.
    pub bucket: Known<SmolStr>,
    /// True where two applies cannot write at once.
    pub is_locked: Known<bool>,
    /// What is in it, where it is a file of the repository.
    pub committed: Option<CommittedState>,
}

/// A state among the files of a repository.
#[derive(Debug, Clone)]
pub struct CommittedState {
    pub path: SmolStr,
    /// What the tool manages by it.
    pub object_count: usize,
    /// Attributes that are secret by their names or by its own marks.
    pub secret_count: usize,
}
