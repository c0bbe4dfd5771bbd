//! Buckets of objects.

use kai_core::{Known, OriginId, SmolStr};

use crate::Cloud;

/// A bucket of objects that a cloud keeps.
#[derive(Debug, Clone)]
pub struct Bucket {
    pub cloud: Cloud,
    pub cloud_name: Known<SmolStr>,
    /// True where what is overwritten or deleted can be had back.
    pub keeps_versions: Known<bool>,
    /// True where deleting the bucket deletes what is in it.
    pub is_emptied: Known<bool>,
    /// What everybody may do with it, and where that is written.
    pub opened: Vec<(Openness, OriginId)>,
    /// Whole companies whose every identity reads what is in it.
    pub shared: Vec<SharedRead>,
    /// Others whom a policy on it lets read what is in it, by name.
    pub named: Vec<SharedRead>,
}

/// Somebody who reads what is in a bucket.
#[derive(Debug, Clone)]
pub struct SharedRead {
    /// Who it is, as a clause.
    pub who: SmolStr,
    /// Patterns of the ARNs that they read; empty for all that is in the bucket.
    pub objects: Vec<SmolStr>,
    /// Where that is written.
    pub origin: OriginId,
}

/// What everybody may do with a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Openness {
    Reads,
    Writes,
}
