//! Labels that the node must have, or should have (plugins/nodeaffinity/node_affinity.go, v1.34.1).

use std::collections::BTreeSet;

use smol_str::SmolStr;

use crate::model::{NodeSelectorTerm, Operator, Pod};
use crate::scheduler::normalize::by_largest;
use crate::scheduler::{Host, Plugin, Rejection, Snapshot};

const REASON: &str = "node(s) didn't match Pod's node affinity/selector";
const CONFLICT: &str = "pod affinity terms conflict";

#[derive(Debug, Clone)]
pub(in crate::scheduler) struct NodeAffinity<'a> {
    pod: &'a Pod,
}

impl<'a> NodeAffinity<'a> {
    pub(in crate::scheduler) fn new(pod: &'a Pod) -> Option<Self> {
        let is_asked = pod.node_affinity.is_some() || !pod.node_selector.is_empty();
        is_asked.then_some(Self { pod })
    }

    /// The nodes that required affinity names, where every term names some. Pods of DaemonSets are
    /// bound to their nodes so.
    pub(in crate::scheduler) fn named(&self) -> Result<Option<BTreeSet<SmolStr>>, Rejection> {
        let terms = self.pod.node_affinity.iter().flat_map(|it| &it.terms);
        let mut names: Option<BTreeSet<SmolStr>> = None;
        for term in terms {
            let Some(of_term) = named(term) else { return Ok(None) };
            names.get_or_insert_default().extend(of_term);
        }
        match names {
            Some(names) if names.is_empty() => {
                Err(Rejection::unresolvable(Plugin::NodeAffinity, CONFLICT))
            }
            names => Ok(names),
        }
    }

    pub(in crate::scheduler) fn check(&self, host: &Host<'_>) -> Result<(), Rejection> {
        if self.pod.selects(host.node) {
            return Ok(());
        }
        Err(Rejection::unresolvable(Plugin::NodeAffinity, REASON))
    }
}

/// Names that one term allows; nothing where it does not speak of names.
fn named(term: &NodeSelectorTerm) -> Option<BTreeSet<SmolStr>> {
    let names =
        term.fields.iter().filter(|it| it.key == "metadata.name" && it.operator == Operator::In);
    names
        .map(|it| it.values.iter().cloned().collect())
        .reduce(|all: BTreeSet<SmolStr>, these| all.intersection(&these).cloned().collect())
}

/// The weights of the terms that the node meets.
pub(in crate::scheduler) fn scores(
    _: &Snapshot<'_>,
    pod: &Pod,
    hosts: &[&Host<'_>],
) -> Option<Vec<i64>> {
    if pod.preferred_nodes.is_empty() {
        return None;
    }
    let score = |host: &&Host<'_>| {
        let met = pod
            .preferred_nodes
            .iter()
            .filter(|it| it.term.matches(&host.node.labels, Some(&host.node.name)));
        met.map(|it| it.weight).sum()
    };
    let mut scores: Vec<i64> = hosts.iter().map(score).collect();
    by_largest(&mut scores);
    Some(scores)
}
