//! How a mesh or gateway sends requests on: tries, times and who is left out.

use std::time::Duration;

use kai_core::{Known, OriginId, SmolStr};

use crate::Labels;

/// What one rule of a route says of time.
#[derive(Debug, Clone)]
pub struct RouteTiming {
    /// For all tries together.
    pub timeout: Known<Duration>,
    /// For each of them.
    pub try_timeout: Known<Duration>,
    /// How often a request is sent again.
    pub retries: Known<u32>,
    /// How many backends it has.
    pub backends: usize,
    /// Their shares, as far as they are written.
    pub weights: Vec<u32>,
    pub origin: OriginId,
}

/// What a mesh does for everybody who calls a host (Istio's DestinationRule).
#[derive(Debug, Clone)]
pub struct TrafficPolicy {
    pub host: (SmolStr, OriginId),
    /// Percent of the endpoints that may be left out for their errors; not declared where nobody is.
    pub ejected_max: Known<u32>,
    /// Percent of endpoints below which nobody is left out any more.
    pub healthy_min: Known<u32>,
    pub subsets: Vec<Subset>,
}

/// A part of a host's pods, by label.
#[derive(Debug, Clone)]
pub struct Subset {
    pub name: SmolStr,
    pub labels: Labels,
    pub origin: OriginId,
}
