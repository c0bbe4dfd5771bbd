//! What a dump of a cluster does not hold.

use std::collections::BTreeSet;

use kai_core::{Gap, GapKind, Node};

/// Kinds whose absence would otherwise be read as a decision.
const EXPECTED: &[&str] = &[
    "ConfigMap",
    "HorizontalPodAutoscaler",
    "Ingress",
    "NetworkPolicy",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "PodDisruptionBudget",
    "Secret",
    "Service",
    "ServiceAccount",
    "StorageClass",
];

/// A gap for each kind of which the dump holds no object: the command may not have asked for it.
pub(super) fn not_collected(objects: &[Node]) -> Vec<Gap> {
    let present: BTreeSet<&str> = objects.iter().filter_map(|it| it.str_at(&["kind"])).collect();
    let absent = EXPECTED.iter().filter(|it| !present.contains(*it));
    absent.map(|it| Gap { kind: GapKind::NotCollected, what: (*it).to_owned(), at: None }).collect()
}
