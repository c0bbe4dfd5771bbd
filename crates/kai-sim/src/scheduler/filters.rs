//! All filters of a pod, run in their order.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use super::plugins::{
    InterPodAffinity, NodeAffinity, NodePorts, NodeResourcesFit, NodeVolumeLimits,
    PodTopologySpread, VolumeBinding, VolumeRestrictions, VolumeZone, node_name,
    node_unschedulable, taint_toleration,
};
use super::{Host, Rejection, Snapshot};
use crate::model::Pod;

/// What the filters have worked out about a pod before they look at nodes. A filter that has
/// nothing to say about the pod is not there.
#[derive(Debug, Clone)]
pub(super) struct Filters<'a> {
    pod: &'a Pod,
    /// The only nodes that are looked at.
    pub(super) named: Option<BTreeSet<SmolStr>>,
    affinity: Option<NodeAffinity<'a>>,
    ports: Option<NodePorts<'a>>,
    fit: NodeResourcesFit,
    restrictions: Option<VolumeRestrictions<'a>>,
    limits: Option<NodeVolumeLimits<'a>>,
    binding: Option<VolumeBinding<'a>>,
    zone: Option<VolumeZone<'a>>,
    spread: Option<PodTopologySpread<'a>>,
    pod_affinity: Option<InterPodAffinity<'a>>,
}

impl<'a> Filters<'a> {
    /// Everything that no node could change is rejected here.
    pub(super) fn new(snapshot: &Snapshot<'a>, pod: &'a Pod) -> Result<Self, Rejection> {
        let affinity = NodeAffinity::new(pod);
        let named = affinity.as_ref().map_or(Ok(None), NodeAffinity::named)?;
        Ok(Self {
            pod,
            named,
            affinity,
            ports: NodePorts::new(pod),
            fit: NodeResourcesFit::new(pod),
            restrictions: VolumeRestrictions::new(snapshot, pod)?,
            limits: NodeVolumeLimits::new(snapshot, pod),
            binding: VolumeBinding::new(snapshot, pod)?,
            zone: VolumeZone::new(snapshot, pod)?,
            spread: PodTopologySpread::new(snapshot, pod),
            pod_affinity: InterPodAffinity::new(snapshot, pod),
        })
    }

    pub(super) fn check(&self, host: &Host<'_>) -> Result<(), Rejection> {
        node_unschedulable::check(self.pod, host)?;
        node_name::check(self.pod, host)?;
        taint_toleration::check(self.pod, host)?;
        self.affinity.as_ref().map_or(Ok(()), |it| it.check(host))?;
        self.ports.as_ref().map_or(Ok(()), |it| it.check(host))?;
        self.fit.check(host)?;
        self.restrictions.as_ref().map_or(Ok(()), |it| it.check(host))?;
        self.limits.as_ref().map_or(Ok(()), |it| it.check(host))?;
        self.binding.as_ref().map_or(Ok(()), |it| it.check(host))?;
        self.zone.as_ref().map_or(Ok(()), |it| it.check(host))?;
        self.spread.as_ref().map_or(Ok(()), |it| it.check(host))?;
        self.pod_affinity.as_ref().map_or(Ok(()), |it| it.check(host))
    }

    /// As if another pod were on a node: `count` is 1, or −1 where it is taken away.
    pub(super) fn count(&mut self, other: &Pod, host: &Host<'_>, count: i64) {
        if let Some(restrictions) = &mut self.restrictions {
            restrictions.count(other, count);
        }
        if let Some(spread) = &mut self.spread {
            spread.count(other, host, count);
        }
        if let Some(affinity) = &mut self.pod_affinity {
            affinity.count(other, host, count);
        }
    }
}
