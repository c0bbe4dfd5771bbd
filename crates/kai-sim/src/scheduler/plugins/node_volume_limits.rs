//! How many volumes a node can hold (plugins/nodevolumelimits/csi.go, v1.34.1).
//!
//! Volumes that are named without a claim and moved to a CSI driver are not counted.

use std::collections::BTreeSet;

use smol_str::{SmolStr, format_smolstr};

use crate::model::{Cluster, Key, Pod, PodVolume};
use crate::scheduler::{Host, Plugin, Rejection, Snapshot};

const REASON: &str = "node(s) exceed max volume count";

/// A driver and the handle of one of its volumes.
type Handle = (SmolStr, SmolStr);

#[derive(Debug, Clone)]
pub(in crate::scheduler) struct NodeVolumeLimits<'a> {
    cluster: &'a Cluster,
    wanted: BTreeSet<Handle>,
}

impl<'a> NodeVolumeLimits<'a> {
    pub(in crate::scheduler) fn new(snapshot: &Snapshot<'a>, pod: &Pod) -> Option<Self> {
        let wanted = handles(snapshot.cluster, pod);
        (!wanted.is_empty()).then_some(Self { cluster: snapshot.cluster, wanted })
    }

    pub(in crate::scheduler) fn check(&self, host: &Host<'_>) -> Result<(), Rejection> {
        if host.node.volume_limits.is_empty() {
            return Ok(());
        }
        let of_pods: BTreeSet<Handle> =
            host.pods.iter().flat_map(|it| handles(self.cluster, it)).collect();
        let attached: BTreeSet<&Handle> = of_pods.iter().chain(&host.node.attached).collect();
        // What is attached but of no pod here still has to be attached again for this one.
        let added: Vec<&Handle> = self.wanted.iter().filter(|it| !of_pods.contains(*it)).collect();
        for (driver, &limit) in &host.node.volume_limits {
            let added = added.iter().filter(|it| it.0 == *driver).count();
            let there = attached.iter().filter(|it| it.0 == *driver).count();
            if added > 0 && (there + added) as i64 > limit {
                return Err(Rejection::unschedulable(Plugin::NodeVolumeLimits, REASON));
            }
        }
        Ok(())
    }
}

/// Volumes of a pod whose driver is known. One that is not made yet is told from others by its claim.
fn handles(cluster: &Cluster, pod: &Pod) -> BTreeSet<Handle> {
    let claims = pod.volumes.iter().filter_map(|it| match it {
        PodVolume::Claim(name) => Some(name.clone()),
        PodVolume::Ephemeral(name) => Some(format_smolstr!("{}-{name}", pod.name)),
        _ => None,
    });
    claims
        .filter_map(|name| {
            let claim = cluster.claims.get(&Key::new(pod.namespace.clone(), name))?;
            match cluster.volumes.get(&claim.volume) {
                Some(volume) => volume.csi.clone(),
                None => {
                    let class = cluster.classes.get(&claim.class)?;
                    Some((class.provisioner.clone(), format_smolstr!("{}", claim.key)))
                }
            }
        })
        .collect()
}
