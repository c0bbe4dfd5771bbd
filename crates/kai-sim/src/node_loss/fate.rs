//! What becomes of a pod on a lost node (tainteviction/taint_eviction.go).

use smol_str::SmolStr;

use super::Seconds;
use crate::model::{ControllerKind, Effect, Pod, Taint};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Another pod is made after this time; it still has to find a node and start.
    Replaced(Seconds),
    /// It is deleted, but nobody confirms that it stopped: no other takes its name and its volumes,
    /// until its node comes back, its object is deleted, or somebody says that it is out of service.
    Terminating(Seconds),
    /// Nothing deletes it.
    Stays,
    /// It is deleted and nobody makes another.
    Gone(Seconds),
}

/// How long after the taint the pod is deleted; nothing where it stays for ever.
#[must_use]
pub fn stays(pod: &Pod) -> Option<i64> {
    let key = SmolStr::new_static("node.kubernetes.io/unreachable");
    let taint = Taint { key, value: SmolStr::default(), effect: Effect::NoExecute };
    // Only the first that fits is looked at.
    match pod.tolerations.iter().find(|it| it.tolerates(&taint)) {
        None => Some(0),
        Some(toleration) => toleration.seconds.map(|it| it.max(0)),
    }
}

/// `tainted` is when the node of the pod gets the taint that evicts.
#[must_use]
pub fn fate(pod: &Pod, tainted: Option<Seconds>) -> Fate {
    let Some((tainted, stay)) = tainted.zip(stays(pod)) else { return Fate::Stays };
    let stay = stay.unsigned_abs();
    let deleted = Seconds { earliest: tainted.earliest + stay, latest: tainted.latest + stay };
    match &pod.owner {
        None => Fate::Gone(deleted),
        Some(owner) if owner.kind == Some(ControllerKind::DaemonSet) => Fate::Gone(deleted),
        Some(owner) if owner.kind == Some(ControllerKind::StatefulSet) => {
            Fate::Terminating(deleted)
        }
        Some(_) => Fate::Replaced(deleted),
    }
}
