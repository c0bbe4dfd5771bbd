//! Nodes.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::{Labels, Resources, Taint};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Node {
    pub name: SmolStr,
    pub labels: Labels,
    pub taints: Vec<Taint>,
    /// Cordoned.
    pub is_unschedulable: bool,
    pub is_ready: bool,
    pub allocatable: Resources,
    pub capacity: Resources,
    pub images: Vec<Image>,
    /// How many volumes of a CSI driver the node can hold, where it says so.
    pub volume_limits: BTreeMap<SmolStr, i64>,
    /// Driver and handle of what is attached.
    pub attached: Vec<(SmolStr, SmolStr)>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Image {
    pub names: Vec<SmolStr>,
    pub size: i64,
}

impl Node {
    pub const HOSTNAME: &str = "kubernetes.io/hostname";
    pub const ZONE: &str = "topology.kubernetes.io/zone";
    pub const REGION: &str = "topology.kubernetes.io/region";
    pub const ZONE_BETA: &str = "failure-domain.beta.kubernetes.io/zone";
    pub const REGION_BETA: &str = "failure-domain.beta.kubernetes.io/region";

    /// Region and zone, the beta labels first, as the scheduler groups nodes
    /// (k8s.io/component-helpers v0.34.1, node/topology/helpers.go).
    #[must_use]
    pub fn zone(&self) -> (SmolStr, SmolStr) {
        let label = |beta: &str, key: &str| {
            let value = self.labels.get(beta).or_else(|| self.labels.get(key));
            value.cloned().unwrap_or_default()
        };
        (label(Self::REGION_BETA, Self::REGION), label(Self::ZONE_BETA, Self::ZONE))
    }
}
