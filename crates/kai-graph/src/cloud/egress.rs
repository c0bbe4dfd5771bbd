//! Networks by zone: where a subnet is, and where its packets leave and people come in.

use kai_core::{Known, OriginId, SmolStr};

use super::Naming;

/// A part of a network in one zone.
#[derive(Debug, Clone)]
pub struct Subnet {
    pub zone: Option<Naming>,
}

/// A gateway that translates what leaves, in the zone of its subnet.
#[derive(Debug, Clone)]
pub struct NatGateway {
    pub subnet: Naming,
}

/// A network that a well-known module makes, by what it is told.
#[derive(Debug, Clone)]
pub struct ZonedNetwork {
    pub zone_count: Known<usize>,
    /// How its gateways for what leaves are spread.
    pub egress: Known<Egress>,
}

/// How gateways for what leaves are spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Egress {
    None,
    /// One for all zones.
    Single,
    /// One or more in each zone.
    EachZone,
}

/// Where packets go.
#[derive(Debug, Clone)]
pub struct RouteTable {
    /// The gateways that it sends the rest of the world to.
    pub gateways: Vec<Naming>,
}

/// The table that a subnet uses.
#[derive(Debug, Clone)]
pub struct SubnetRoute {
    pub subnet: Naming,
    pub table: Naming,
}

/// A way into the network for people and pipelines: a VPN.
#[derive(Debug, Clone)]
pub struct RemoteAccess {
    pub cloud_name: Known<SmolStr>,
    /// The subnets that it is attached to, and where that is written.
    pub subnets: Vec<Naming>,
    pub origin: OriginId,
}
