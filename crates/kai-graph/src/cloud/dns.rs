//! Zones of names that a cloud answers for, and records that one of two answers.

use kai_core::{Known, SmolStr};

use super::{Naming, ResourceRef};
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

/// A record that is answered whatever happens.
#[derive(Debug, Clone)]
pub struct DnsRecord {
    pub cloud_name: Known<SmolStr>,
    /// The zone that it is in.
    pub zone: Option<Naming>,
    /// `A`, `CNAME`.
    pub ty: Known<SmolStr>,
    /// True where others of its name may stand beside it: those are told apart by weights, places or ids.
    pub is_one_of_many: bool,
    /// The things that it leads to, as far as it is put together from them.
    pub targets: Vec<ResourceRef>,
}

/// A record of two with one name, where the second is answered while the first is not healthy.
#[derive(Debug, Clone)]
pub struct FailoverRecord {
    pub cloud_name: Known<SmolStr>,
    pub is_primary: Known<bool>,
    /// True where something tells whether what it leads to is healthy.
    pub is_watched: Known<bool>,
}
