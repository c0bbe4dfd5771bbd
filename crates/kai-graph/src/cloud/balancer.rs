//! What takes requests for others in a cloud: load balancers, distributions, groups of backends.

use kai_core::{OriginId, SmolStr};

use super::ResourceRef;

/// Something that passes requests on. Users come in through it where its component is an entry point.
#[derive(Debug, Clone)]
pub struct Balancer {
    /// The names under which its callers find it.
    pub hosts: Vec<SmolStr>,
    pub targets: Vec<BalancerTarget>,
}

/// Something that answers behind it.
#[derive(Debug, Clone)]
pub struct BalancerTarget {
    pub to: ResourceRef,
    /// True where others answer when this one does not.
    pub has_others: bool,
    /// The text that leads there.
    pub origin: OriginId,
}
