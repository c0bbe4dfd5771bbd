//! Machines of a Kubernetes cluster, and the doors of its API.

use kai_core::{Known, SmolStr, Traced};

use super::Naming;

/// Machines that are added and taken away together.
#[derive(Debug, Clone)]
pub struct NodeGroup {
    pub cloud_name: Known<SmolStr>,
    /// Where that is said of the group itself.
    pub cluster: Option<Naming>,
    /// The parts of the network that its machines are in.
    pub subnets: Known<Vec<Naming>>,
    /// Where they are, as the cloud calls it, where that is said of the group.
    pub zones: Known<Vec<SmolStr>>,
    /// How many there are at least; for a group of Google in each of its zones.
    pub count_min: Known<u32>,
    /// How many there are at most, counted in the same way.
    pub count_max: Known<u32>,
    /// True where more may come than there are at least.
    pub may_grow: Known<bool>,
    /// What its machines keep away unless it is tolerated: `dedicated=signoz`.
    pub taints: Vec<SmolStr>,
}

impl NodeGroup {
    /// In how many zones its machines may be: a subnet is in one.
    #[must_use]
    pub fn zone_count(&self) -> Option<Traced<usize>> {
        let zones =
            self.zones.traced().map(|it| Traced { value: it.value.len(), origin: it.origin });
        let subnets = self.subnets.traced();
        zones.or_else(|| subnets.map(|it| Traced { value: it.value.len(), origin: it.origin }))
    }
}

/// Who reaches the API of a cluster.
#[derive(Debug, Clone)]
pub struct ClusterApi {
    pub cloud_name: Known<SmolStr>,
    /// True where it answers outside of the network.
    pub is_public: Known<bool>,
    /// True where the cloud adds machines for pods that wait.
    pub may_grow: Known<bool>,
}
