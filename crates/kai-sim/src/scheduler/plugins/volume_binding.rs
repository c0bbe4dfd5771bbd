//! Claims and the volumes that they are bound to, or could be
//! (plugins/volumebinding/volume_binding.go and binder.go, v1.34.1).
//!
//! It gives no score: that is behind a gate which is off. How much a CSI driver can still make is not
//! modelled and counts as enough.

use std::collections::BTreeSet;

use smol_str::{SmolStr, format_smolstr};

use crate::model::{Binding, Claim, Cluster, Key, Node, PersistentVolume, Pod, PodVolume};
use crate::scheduler::{Code, Host, Plugin, Rejection, Snapshot};

const NODE_CONFLICT: &str = "node(s) didn't match PersistentVolume's node affinity";
const NO_VOLUME: &str = "node(s) didn't find available persistent volumes to bind";
const NO_SUCH_VOLUME: &str =
    "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)";
const UNBOUND: &str = "pod has unbound immediate PersistentVolumeClaims";

#[derive(Debug, Clone)]
pub(in crate::scheduler) struct VolumeBinding<'a> {
    cluster: &'a Cluster,
    bound: Vec<&'a Claim>,
    /// Claims that are bound once their pod has a node.
    waiting: Vec<&'a Claim>,
}

impl<'a> VolumeBinding<'a> {
    pub(in crate::scheduler) fn new(
        snapshot: &Snapshot<'a>,
        pod: &Pod,
    ) -> Result<Option<Self>, Rejection> {
        let mut claims = Vec::new();
        for volume in &pod.volumes {
            claims.extend(claim(snapshot.cluster, pod, volume)?);
        }
        if claims.is_empty() {
            return Ok(None);
        }
        let is_bound = |it: &&Claim| !it.volume.is_empty() && it.is_bound;
        let (bound, mut waiting): (Vec<_>, Vec<_>) = claims.into_iter().partition(is_bound);
        if !waiting.iter().all(|it| waits_for_pod(snapshot.cluster, it)) {
            return Err(Rejection::unresolvable(Plugin::VolumeBinding, UNBOUND));
        }
        // The smallest is matched first, so that it does not take what a larger one needs.
        waiting.sort_by_key(|it| it.request);
        Ok(Some(Self { cluster: snapshot.cluster, bound, waiting }))
    }

    pub(in crate::scheduler) fn check(&self, host: &Host<'_>) -> Result<(), Rejection> {
        let mut reasons = Vec::new();
        let of_bound = self.bound.iter().find_map(|it| self.conflict(it, host.node));
        let conflict = of_bound.filter(|it| *it == NODE_CONFLICT);
        reasons.extend(conflict);
        if !self.can_bind(host.node) {
            reasons.push(NO_VOLUME);
        }
        reasons.extend(of_bound.filter(|it| *it == NO_SUCH_VOLUME));
        if reasons.is_empty() {
            return Ok(());
        }
        Err(Rejection {
            plugin: Plugin::VolumeBinding,
            code: Code::UnschedulableAndUnresolvable,
            reasons: reasons.into_iter().map(SmolStr::new_static).collect(),
        })
    }

    fn conflict(&self, claim: &Claim, node: &Node) -> Option<&'static str> {
        match self.cluster.volumes.get(&claim.volume) {
            None => Some(NO_SUCH_VOLUME),
            Some(volume) if !is_reachable(volume, node) => Some(NODE_CONFLICT),
            Some(_) => None,
        }
    }

    /// Whether each waiting claim has a volume that is there, or one that can be made.
    fn can_bind(&self, node: &Node) -> bool {
        let mut taken = BTreeSet::new();
        self.waiting.iter().all(|claim| {
            if let Some(selected) = &claim.selected_node {
                return *selected == node.name && self.can_make(claim, node);
            }
            match self.matching(claim, node, &taken) {
                Some(volume) => taken.insert(&volume.name),
                None => self.can_make(claim, node),
            }
        })
    }

    fn can_make(&self, claim: &Claim, node: &Node) -> bool {
        let class = self.cluster.classes.get(&claim.class);
        class.is_some_and(|it| !it.is_static() && it.allows(&node.labels))
    }

    /// The volume that is kept for the claim, else the smallest that is large enough
    /// (k8s.io/component-helpers v0.34.1, storage/volume/pv_helpers.go, `FindMatchingVolume`).
    fn matching(
        &self,
        claim: &Claim,
        node: &Node,
        taken: &BTreeSet<&SmolStr>,
    ) -> Option<&'a PersistentVolume> {
        let of_class = self.cluster.volumes.values().filter(|it| it.class == claim.class);
        let usable = of_class.filter(|it| {
            !taken.contains(&it.name)
                && it.claim.as_ref().is_none_or(|key| *key == claim.key)
                && it.capacity >= claim.request
                && it.is_block == claim.is_block
                && !it.is_terminating
        });
        let usable: Vec<&'a PersistentVolume> = usable.collect();
        if let Some(kept) = usable.iter().find(|it| it.claim.is_some()) {
            return is_reachable(kept, node).then_some(*kept);
        }
        let free = usable.into_iter().filter(|it| {
            it.is_available
                && is_reachable(it, node)
                && claim.selector.as_ref().is_none_or(|selector| selector.matches(&it.labels))
                && claim.access_modes.iter().all(|mode| it.access_modes.contains(mode))
        });
        free.min_by_key(|it| it.capacity)
    }
}

/// The claim of a volume; nothing where it needs none.
fn claim<'a>(
    cluster: &'a Cluster,
    pod: &Pod,
    volume: &PodVolume,
) -> Result<Option<&'a Claim>, Rejection> {
    let (name, missing) = match volume {
        PodVolume::Claim(name) => (name.clone(), not_found("persistentvolumeclaim", name)),
        PodVolume::Ephemeral(name) => {
            let name = format_smolstr!("{}-{name}", pod.name);
            let text = format_smolstr!(
                "waiting for ephemeral volume controller to create the persistentvolumeclaim \"{name}\""
            );
            (name, text)
        }
        _ => return Ok(None),
    };
    let reject = |reason: SmolStr| Rejection::unresolvable(Plugin::VolumeBinding, reason);
    let found = cluster.claims.get(&Key::new(pod.namespace.clone(), name.clone()));
    let claim = found.ok_or_else(|| reject(missing))?;
    if claim.is_lost {
        let volume = &claim.volume;
        let text = format_smolstr!(
            "persistentvolumeclaim \"{name}\" bound to non-existent persistentvolume \"{volume}\""
        );
        return Err(reject(text));
    }
    if claim.is_terminating {
        return Err(reject(format_smolstr!("persistentvolumeclaim \"{name}\" is being deleted")));
    }
    Ok(Some(claim))
}

/// Whether the scheduler binds the claim, and not the controller before it.
fn waits_for_pod(cluster: &Cluster, claim: &Claim) -> bool {
    let class = cluster.classes.get(&claim.class);
    claim.volume.is_empty()
        && class.is_some_and(|it| it.binding == Some(Binding::WaitForFirstConsumer))
}

fn is_reachable(volume: &PersistentVolume, node: &Node) -> bool {
    volume.node_affinity.as_ref().is_none_or(|it| it.matches(&node.labels, None))
}

/// What the API says of an object that is not there.
pub(super) fn not_found(resource: &str, name: &str) -> SmolStr {
    format_smolstr!("{resource} \"{name}\" not found")
}
