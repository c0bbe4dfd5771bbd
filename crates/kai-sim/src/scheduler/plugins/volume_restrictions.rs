//! Volumes that only one pod may use (plugins/volumerestrictions/volume_restrictions.go, v1.34.1).

use std::collections::BTreeSet;

use smol_str::SmolStr;

use super::volume_binding::not_found;
use crate::model::{Key, Pod};
use crate::scheduler::{Host, Plugin, Rejection, Snapshot};

const DISK: &str = "node(s) had no available disk";
const IN_USE: &str = "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod";

#[derive(Debug, Clone)]
pub(in crate::scheduler) struct VolumeRestrictions<'a> {
    pod: &'a Pod,
    /// Claims of the pod that only one pod may use.
    exclusive: BTreeSet<SmolStr>,
    use_count: i64,
}

impl<'a> VolumeRestrictions<'a> {
    pub(in crate::scheduler) fn new(
        snapshot: &Snapshot<'a>,
        pod: &'a Pod,
    ) -> Result<Option<Self>, Rejection> {
        let mut exclusive = BTreeSet::new();
        let mut use_count = 0;
        for name in pod.claim_names() {
            let key = Key::new(pod.namespace.clone(), name.clone());
            let claim = snapshot.cluster.claims.get(&key);
            let missing = || {
                Rejection::unresolvable(
                    Plugin::VolumeRestrictions,
                    not_found("persistentvolumeclaim", name),
                )
            };
            if claim.ok_or_else(missing)?.is_for_one_pod && exclusive.insert(name.clone()) {
                use_count += i64::from(snapshot.used_claims.contains(&key));
            }
        }
        let is_asked = use_count > 0 || pod.disks().next().is_some();
        Ok(is_asked.then_some(Self { pod, exclusive, use_count }))
    }

    pub(in crate::scheduler) fn check(&self, host: &Host<'_>) -> Result<(), Rejection> {
        let mut others = host.pods.iter().flat_map(|it| it.disks());
        if others.any(|other| self.pod.disks().any(|it| it.conflicts(other))) {
            return Err(Rejection::unschedulable(Plugin::VolumeRestrictions, DISK));
        }
        if self.use_count > 0 {
            return Err(Rejection::unschedulable(Plugin::VolumeRestrictions, IN_USE));
        }
        Ok(())
    }

    /// The scheduler compares names of claims without their namespaces here.
    pub(in crate::scheduler) fn count(&mut self, other: &Pod, count: i64) {
        let uses = other.claim_names().filter(|it| self.exclusive.contains(*it)).count();
        self.use_count += count * uses as i64;
    }
}
