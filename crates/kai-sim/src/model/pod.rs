//! Pods.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use smol_str::SmolStr;

use super::{
    Affinity, Container, Disk, HostPort, Labels, NodeSelector, NodeSelectorTerm, Owner, PodVolume,
    Resources, SpreadConstraint, Timestamp, Toleration, Weighted,
};

/// A pod reads as if the fields of its template were its own. A copy shares the template, until one of
/// those fields is written: thousands of pods are moved for every failure, and few differ in more.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pod {
    pub namespace: SmolStr,
    pub name: SmolStr,
    /// The node that it is bound to, or that it asks for by name.
    pub node: Option<SmolStr>,
    pub phase: Phase,
    pub is_ready: bool,
    /// It has a time of deletion and goes when its containers have stopped.
    pub is_terminating: bool,
    pub started: Option<Timestamp>,
    pub template: Arc<PodTemplate>,
}

/// What the pods of one controller have in common.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PodTemplate {
    pub labels: Labels,
    pub owner: Option<Owner>,
    pub priority: i64,
    /// False where its class says that it preempts nobody.
    pub never_preempts: bool,
    pub scheduling_gates: Vec<SmolStr>,
    pub containers: Vec<Container>,
    pub init_containers: Vec<Container>,
    /// Requests of the pod as a whole.
    pub requests: Resources,
    pub overhead: Resources,
    pub node_selector: Labels,
    pub node_affinity: Option<NodeSelector>,
    pub preferred_nodes: Vec<Weighted<NodeSelectorTerm>>,
    pub tolerations: Vec<Toleration>,
    pub affinity: Affinity,
    pub anti_affinity: Affinity,
    pub spread: Vec<SpreadConstraint>,
    pub volumes: Vec<PodVolume>,
    /// The kubelet made it of a file of its own; nobody evicts it.
    pub is_mirror: bool,
}

impl Deref for Pod {
    type Target = PodTemplate;

    fn deref(&self) -> &PodTemplate {
        &self.template
    }
}

impl DerefMut for Pod {
    fn deref_mut(&mut self) -> &mut PodTemplate {
        Arc::make_mut(&mut self.template)
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Phase {
    #[default]
    Pending,
    Running,
    Succeeded,
    Failed,
}

impl Pod {
    /// `namespace/name`.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}/{}", self.namespace, self.name)
    }

    /// A finished pod holds nothing on its node.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        matches!(self.phase, Phase::Succeeded | Phase::Failed)
    }

    /// Ports of the node that it takes as long as it runs.
    pub fn host_ports(&self) -> impl Iterator<Item = &HostPort> {
        let sidecars = self.init_containers.iter().filter(|it| it.is_sidecar);
        sidecars.chain(&self.containers).flat_map(|it| &it.host_ports)
    }

    /// Claims that it names; not those that are made for it.
    pub fn claim_names(&self) -> impl Iterator<Item = &SmolStr> {
        self.volumes.iter().filter_map(|it| match it {
            PodVolume::Claim(name) => Some(name),
            _ => None,
        })
    }

    /// Disks that it names without a claim.
    pub fn disks(&self) -> impl Iterator<Item = &Disk> {
        self.volumes.iter().filter_map(|it| match it {
            PodVolume::Disk(disk) => Some(disk),
            _ => None,
        })
    }

    /// Labels and name of a node against `nodeSelector` and required node affinity.
    #[must_use]
    pub fn selects(&self, node: &super::Node) -> bool {
        self.node_selector.iter().all(|(key, value)| node.labels.get(key) == Some(value))
            && self
                .node_affinity
                .as_ref()
                .is_none_or(|it| it.matches(&node.labels, Some(&node.name)))
    }
}
