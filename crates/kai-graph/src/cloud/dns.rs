//! Zones of names that a cloud answers for, and records that are answered while what they lead to is healthy.

use std::time::Duration;

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

/// One of several records of one name, which is not answered while what it leads to is not healthy; or a name
/// that leads to several things and leaves such out.
#[derive(Debug, Clone)]
pub struct FailoverRecord {
    pub answered_by: NameService,
    pub cloud_name: Known<SmolStr>,
    /// True for the first of two; not declared where none is the first.
    pub is_primary: Known<bool>,
    /// True where something tells whether what it leads to is healthy.
    pub is_watched: Known<bool>,
    /// How many seconds whoever has asked keeps the answer.
    pub ttl: Known<u32>,
    /// What tells whether it is healthy, where that was read.
    pub probe: Option<HealthProbe>,
}

/// Who answers a name by the health of what it leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameService {
    CloudDns,
    Cloudflare,
    Route53,
    TrafficManager,
}

/// How soon a cloud notices that something is not healthy.
#[derive(Debug, Clone)]
pub struct HealthProbe {
    /// Seconds from one probe to the next.
    pub interval: Known<u32>,
    /// How many in a row must fail.
    pub failures: Known<u32>,
}

impl HealthProbe {
    /// The longest that it may take to notice.
    #[must_use]
    pub fn notices_within(&self) -> Option<Duration> {
        let seconds = u64::from(*self.interval.value()?) * u64::from(*self.failures.value()?);
        Some(Duration::from_secs(seconds))
    }
}

impl FailoverRecord {
    /// How long whoever has asked may be led to what is not healthy: until it is noticed, if that is known, and
    /// until the answer is asked for again.
    #[must_use]
    pub fn leads_astray(&self) -> Option<Duration> {
        let noticed = self.probe.as_ref().and_then(HealthProbe::notices_within);
        Some(noticed.unwrap_or_default() + Duration::from_secs((*self.ttl.value()?).into()))
    }
}
