//! Which roots are one cluster.

use std::collections::BTreeSet;

use kai_core::{Environment, RootId, RootKind, SmolStr};
use kai_graph::System;
use kai_sim::read::Reading;

/// What of a root the control plane would have.
pub type Source = (RootId, Reading);

/// The roots that are played together, and why not the others.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// Sorted.
    pub roots: Vec<RootId>,
    /// Roots that run workloads of the same names, so that they are other clusters.
    pub others: Vec<RootId>,
    pub environment: Option<Environment>,
    /// The dump that nodes and pods come from.
    pub dump: Option<RootId>,
}

/// The dump that has nodes and pods; else the roots of the first environment that run something,
/// without those that run the same as one before.
#[must_use]
pub fn choose(system: &System, sources: &[Source], asked: Option<&str>) -> Choice {
    let has_nodes = |it: &&Source| !it.1.cluster.nodes.is_empty();
    let is_asked = |it: &&Source| match asked {
        Some(path) => system.root(it.0).path == path,
        None => true,
    };
    let dump = sources.iter().filter(is_asked).find(has_nodes);
    if let Some((root, reading)) = dump.filter(|it| !it.1.cluster.pods.is_empty()) {
        let others = dumps(system, sources, *root, reading);
        return Choice {
            roots: std::iter::once(*root).chain(others).collect(),
            others: Vec::new(),
            environment: Some(system.root(*root).environment),
            dump: Some(*root),
        };
    }
    let runs = |it: &&Source| names(&it.1).next().is_some();
    let running: Vec<&Source> = sources.iter().filter(is_asked).filter(runs).collect();
    let environment = running.iter().map(|it| system.root(it.0).environment).min();
    let mut first: Vec<&Source> = running
        .into_iter()
        .filter(|it| Some(system.root(it.0).environment) == environment)
        .collect();
    first.sort_by_key(|it| system.root(it.0).path.clone());
    let mut taken: BTreeSet<Name> = BTreeSet::new();
    let (mut roots, mut others) = (Vec::new(), Vec::new());
    for (root, reading) in first {
        let names: Vec<Name> = names(reading).collect();
        if names.iter().any(|it| taken.contains(it)) {
            others.push(*root);
        } else {
            taken.extend(names);
            roots.push(*root);
        }
    }
    // What only bounds pods (quotas, priorities, budgets) belongs to what it bounds.
    for (root, reading) in sources.iter().filter(is_asked) {
        let is_same = Some(system.root(*root).environment) == environment;
        if is_same && names(reading).next().is_none() && reading.cluster.nodes.is_empty() {
            roots.push(*root);
        }
    }
    if let Some((root, _)) = dump {
        roots.push(*root);
    }
    roots.sort_unstable();
    roots.dedup();
    Choice { roots, others, environment, dump: dump.map(|it| it.0) }
}

/// Other dumps that hold other kinds of the same cluster.
fn dumps(system: &System, sources: &[Source], first: RootId, reading: &Reading) -> Vec<RootId> {
    let is_other = |it: &&Source| {
        it.0 != first
            && system.root(it.0).kind == RootKind::Dump
            && it.1.cluster.nodes.is_empty()
            && (reading.declared.workloads.is_empty() || it.1.declared.workloads.is_empty())
    };
    sources.iter().filter(is_other).map(|it| it.0).collect()
}

type Name = (SmolStr, SmolStr, SmolStr);

/// What a root runs, by kind, namespace and name.
fn names(reading: &Reading) -> impl Iterator<Item = Name> {
    let workloads = reading.declared.workloads.iter().filter(|it| !it.is_made);
    let workloads =
        workloads.map(|it| (it.native_kind.clone(), it.key.namespace.clone(), it.key.name.clone()));
    let alone = reading.cluster.pods.iter().filter(|it| it.owner.is_none());
    workloads.chain(alone.map(|it| ("Pod".into(), it.namespace.clone(), it.name.clone())))
}
