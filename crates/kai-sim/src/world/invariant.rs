//! What must hold after every event.

use std::collections::BTreeSet;

use super::Event;
use crate::model::{CPU, Cluster, EPHEMERAL_STORAGE, Key, MEMORY, PODS, Resources, requests};

/// Panics where the simulator broke a rule of its own.
pub(super) fn check(cluster: &Cluster, event: &Event) {
    names_are_unique(cluster);
    budgets_are_not_overdrawn(cluster);
    if let Event::Bound { pod, node } = event {
        what_was_bound_fits(cluster, pod, node);
    }
    if let Event::Evicted { pod, .. } | Event::Deleted { pod } = event {
        let is_served = cluster
            .pods
            .iter()
            .any(|it| it.is_ready && it.name == pod.name && it.namespace == pod.namespace);
        assert!(!is_served, "`{pod}` goes and is not ready any more");
    }
}

fn names_are_unique(cluster: &Cluster) {
    let mut seen = BTreeSet::new();
    for pod in &cluster.pods {
        assert!(seen.insert((&pod.namespace, &pod.name)), "`{}` is one pod", pod.key());
    }
}

fn budgets_are_not_overdrawn(cluster: &Cluster) {
    for budget in &cluster.budgets {
        let allowed = budget.status.disruptions_allowed;
        assert!(allowed >= 0, "`{}` lets a number of pods go, not {allowed}", budget.key);
    }
}

/// The scheduler binds only where there is room for everything that a node has.
fn what_was_bound_fits(cluster: &Cluster, pod: &Key, name: &str) {
    let Some(node) = cluster.nodes.iter().find(|it| it.name == name) else {
        panic!("`{pod}` is bound to `{name}`, which is there");
    };
    let there = cluster.pods.iter().filter(|it| it.node.as_deref() == Some(name));
    let there: Vec<_> = there.filter(|it| !it.is_finished()).collect();
    let (mut used, mut asked) = (Resources::default(), Resources::default());
    for other in &there {
        used.add(&requests(other));
        if other.name == pod.name && other.namespace == pod.namespace {
            asked = requests(other);
        }
    }
    for (resource, _) in asked.iter().filter(|(name, amount)| *amount > 0 && is_counted(name)) {
        let (used, allocatable) = (used.get(resource), node.allocatable.get(resource));
        assert!(used <= allocatable, "`{name}` has room for {used} of {resource}");
    }
    assert!(there.len() as i64 <= node.allocatable.get(PODS), "`{name}` has room for a pod");
}

fn is_counted(name: &str) -> bool {
    matches!(name, CPU | MEMORY | EPHEMERAL_STORAGE) || Resources::is_scalar(name)
}
