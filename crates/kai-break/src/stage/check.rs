//! What of the input no cluster could have.

use std::collections::BTreeSet;

use kai_sim::disruption::Guards;
use kai_sim::model::{Cluster, PODS};

/// More pods are not played.
pub(super) const PODS_MAX: usize = 60_000;

/// Leaves out what is there twice; a sentence for each thing that is odd.
pub(super) fn check(cluster: &mut Cluster) -> Vec<String> {
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    cluster.nodes.retain(|it| {
        let is_new = seen.insert(it.name.clone());
        if !is_new {
            problems.push(format!("node `{}` is there twice; the first counts", it.name));
        }
        is_new
    });
    let mut seen = BTreeSet::new();
    let before = cluster.pods.len();
    cluster.pods.retain(|it| seen.insert((it.namespace.clone(), it.name.clone())));
    if cluster.pods.len() < before {
        let count = before - cluster.pods.len();
        problems.push(match count {
            1 => "1 pod has the name of another; the first counts".to_owned(),
            count => format!("{count} pods have the name of another; the first counts"),
        });
    }
    let names: BTreeSet<_> = cluster.nodes.iter().map(|it| it.name.clone()).collect();
    let lost = cluster.pods.iter().filter(|it| {
        !it.is_finished() && it.node.as_ref().is_some_and(|node| !names.contains(node))
    });
    let lost = lost.count();
    if lost > 0 && !names.is_empty() {
        problems.push(match lost {
            1 => "1 pod is on a node that is not given, and is left out".to_owned(),
            lost => format!("{lost} pods are on nodes that are not given, and are left out"),
        });
        cluster.pods.retain(|it| it.node.as_ref().is_none_or(|node| names.contains(node)));
    }
    for node in &cluster.nodes {
        if node.allocatable.get(PODS) <= 0 {
            problems
                .push(format!("node `{}` says no allocatable pods, so it takes none", node.name));
        }
    }
    cut(problems)
}

/// Budgets that guard nothing, once all pods are there.
pub(super) fn budgets(cluster: &Cluster, guards: &Guards) -> Vec<String> {
    let budgets = cluster.budgets.iter().enumerate();
    let guards_none = budgets.filter(|(at, _)| guards.pods(*at).is_empty()).map(|(_, it)| it);
    let sentence = |it: &kai_sim::model::DisruptionBudget| {
        format!("PodDisruptionBudget `{}` selects no pod that is here", it.key)
    };
    cut(guards_none.map(sentence).collect())
}

/// A page has no room for hundreds of the same.
fn cut(mut problems: Vec<String>) -> Vec<String> {
    const SHOWN: usize = 20;
    if problems.len() > SHOWN {
        let rest = problems.len() - SHOWN;
        problems.truncate(SHOWN);
        problems.push(format!("{rest} more of this kind"));
    }
    problems
}
