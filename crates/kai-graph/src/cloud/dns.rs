//! Zones of names that a cloud answers for, and records that one of two answers.

use kai_core::{Known, SmolStr};

use crate::Cloud;

/// A zone of names.
#[derive(Debug, Clone)]
pub struct DnsZone {
    pub cloud: Cloud,
    pub cloud_name: Known<SmolStr>,
    /// True where deleting the zone deletes what is in it.
    pub is_emptied: Known<bool>,
    /// True where only networks of its own ask it, so nothing outside leads to it.
    pub is_private: bool,
}

/// A record of two with one name, where the second is answered while the first is not healthy.
#[derive(Debug, Clone)]
pub struct FailoverRecord {
    pub cloud_name: Known<SmolStr>,
    pub is_primary: Known<bool>,
    /// True where something tells whether what it leads to is healthy.
    pub is_watched: Known<bool>,
}
