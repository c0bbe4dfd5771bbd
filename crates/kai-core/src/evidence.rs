//! Names for facts, made from their content.

use std::fmt;

use sha2::{Digest, Sha256};

/// A content-addressed name with 64 bits: equal across runs and machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EvidenceId(pub u64);

impl fmt::Display for EvidenceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// Hashes the parts of a fact. Parts are kept apart, so `["ab", "c"]` and `["a", "bc"]` differ.
#[must_use]
pub fn content_id(parts: &[&str]) -> EvidenceId {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let digest = hasher.finalize();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    EvidenceId(u64::from_be_bytes(first))
}
