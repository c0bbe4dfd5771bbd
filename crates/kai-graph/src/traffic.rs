//! How a mesh sends requests on: to which pods, and who is left out.

use kai_core::{Known, OriginId, SmolStr};

use crate::Labels;

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
