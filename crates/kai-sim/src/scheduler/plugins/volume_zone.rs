//! Volumes that are in one zone, told by their labels (plugins/volumezone/volume_zone.go, v1.34.1).

use smol_str::SmolStr;

use super::volume_binding::not_found;
use crate::model::{Binding, Claim, Key, Node, PersistentVolume, Pod};
use crate::scheduler::{Host, Plugin, Rejection, Snapshot};

const REASON: &str = "node(s) had no available volume zone";
const LABELS: [&str; 4] = [Node::ZONE_BETA, Node::REGION_BETA, Node::ZONE, Node::REGION];

#[derive(Debug, Clone)]
pub(in crate::scheduler) struct VolumeZone<'a> {
    wanted: Vec<Domain<'a>>,
}

/// A label of a volume: the node must have one of the values.
#[derive(Debug, Clone)]
struct Domain<'a> {
    key: &'static str,
    values: Vec<&'a str>,
}

impl<'a> VolumeZone<'a> {
    pub(in crate::scheduler) fn new(
        snapshot: &Snapshot<'a>,
        pod: &'a Pod,
    ) -> Result<Option<Self>, Rejection> {
        let mut wanted = Vec::new();
        for name in pod.claim_names() {
            let key = Key::new(pod.namespace.clone(), name.clone());
            let claim = snapshot.cluster.claims.get(&key);
            let claim = claim.ok_or_else(|| reject(not_found("persistentvolumeclaim", name)))?;
            if let Some(volume) = volume(snapshot, claim)? {
                wanted.extend(LABELS.iter().filter_map(|key| domain(volume, key)));
            }
        }
        Ok((!wanted.is_empty()).then_some(Self { wanted }))
    }

    /// A node without any of the labels is in a cluster of one zone.
    pub(in crate::scheduler) fn check(&self, host: &Host<'_>) -> Result<(), Rejection> {
        let is_met = |it: &Domain<'_>| {
            let value = host.label(it.key).or_else(|| host.label(stable(it.key)));
            value.is_some_and(|value| it.values.contains(&value.as_str()))
        };
        let is_labelled = LABELS.iter().any(|it| host.label(it).is_some());
        if is_labelled && !self.wanted.iter().all(is_met) {
            return Err(reject(SmolStr::new_static(REASON)));
        }
        Ok(())
    }
}

/// The volume that a claim is bound to; nothing where it waits for its first pod.
fn volume<'a>(
    snapshot: &Snapshot<'a>,
    claim: &Claim,
) -> Result<Option<&'a PersistentVolume>, Rejection> {
    if claim.volume.is_empty() {
        if claim.class.is_empty() {
            let text = "PersistentVolumeClaim had no pv name and storageClass name";
            return Err(reject(SmolStr::new_static(text)));
        }
        let class = snapshot.cluster.classes.get(&claim.class);
        let class =
            class.ok_or_else(|| reject(not_found("storageclass.storage.k8s.io", &claim.class)))?;
        return match class.binding {
            Some(Binding::WaitForFirstConsumer) => Ok(None),
            _ => Err(reject(SmolStr::new_static("PersistentVolume had no name"))),
        };
    }
    let volume = snapshot.cluster.volumes.get(&claim.volume);
    volume.map(Some).ok_or_else(|| reject(not_found("persistentvolume", &claim.volume)))
}

/// The value names several domains as `a__b`; one that does not read so is passed over
/// (k8s.io/cloud-provider v0.34.1, volume/helpers/zones.go, `LabelZonesToSet`).
fn domain<'a>(volume: &'a PersistentVolume, key: &'static str) -> Option<Domain<'a>> {
    let values: Vec<&str> = volume.labels.get(key)?.split("__").map(str::trim).collect();
    values.iter().all(|it| !it.is_empty()).then_some(Domain { key, values })
}

fn stable(key: &'static str) -> &'static str {
    match key {
        Node::ZONE_BETA => Node::ZONE,
        Node::REGION_BETA => Node::REGION,
        other => other,
    }
}

fn reject(reason: SmolStr) -> Rejection {
    Rejection::unresolvable(Plugin::VolumeZone, reason)
}
