//! One pod, every node.

use std::collections::BTreeMap;

use super::filters::Filters;
use super::plugins::{
    balanced_allocation, image_locality, inter_pod_affinity, node_affinity, node_resources_fit,
    pod_topology_spread, taint_toleration,
};
use super::preemption::{self, Candidate};
use super::{Host, Plugin, Rejection, Snapshot, Verdict};
use crate::model::Pod;

/// The decision about one pod in one snapshot.
#[derive(Debug)]
pub struct Cycle<'s, 'a> {
    snapshot: &'s Snapshot<'a>,
    pod: &'a Pod,
    filters: Filters<'a>,
}

/// What a node is worth to the pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeScore {
    /// Where the node is in the snapshot.
    pub host: usize,
    /// Weighted; a plugin that has nothing to say about the pod is not here.
    pub by_plugin: BTreeMap<Plugin, i64>,
    pub total: i64,
}

type Score = fn(&Snapshot<'_>, &Pod, &[&Host<'_>]) -> Option<Vec<i64>>;

const SCORES: [(Plugin, Score); 7] = [
    (Plugin::TaintToleration, taint_toleration::scores),
    (Plugin::NodeAffinity, node_affinity::scores),
    (Plugin::NodeResourcesFit, node_resources_fit::scores),
    (Plugin::PodTopologySpread, pod_topology_spread::scores),
    (Plugin::InterPodAffinity, inter_pod_affinity::scores),
    (Plugin::NodeResourcesBalancedAllocation, balanced_allocation::scores),
    (Plugin::ImageLocality, image_locality::scores),
];

impl<'s, 'a> Cycle<'s, 'a> {
    /// Rejected where no node can take the pod, whatever is on it.
    pub fn new(snapshot: &'s Snapshot<'a>, pod: &'a Pod) -> Result<Self, Rejection> {
        Ok(Self { snapshot, pod, filters: Filters::new(snapshot, pod)? })
    }

    /// What is said of each node of the snapshot.
    #[must_use]
    pub fn verdicts(&self) -> Vec<Verdict> {
        self.snapshot.hosts.iter().map(|it| self.verdict(it)).collect()
    }

    fn verdict(&self, host: &Host<'_>) -> Verdict {
        if self.filters.named.as_ref().is_some_and(|it| !it.contains(&host.node.name)) {
            return Verdict::NotNamed;
        }
        self.filters.check(host).map_or_else(Verdict::Rejected, |()| Verdict::Fits)
    }

    /// The scores of the nodes that fit. Every node is looked at, where the real scheduler samples
    /// clusters of 100 nodes and more.
    #[must_use]
    pub fn scores(&self, verdicts: &[Verdict]) -> Vec<NodeScore> {
        let fits = |&at: &usize| verdicts.get(at).is_some_and(Verdict::fits);
        let feasible: Vec<usize> = (0..self.snapshot.hosts.len()).filter(fits).collect();
        let hosts: Vec<&Host<'a>> = feasible.iter().map(|&at| &self.snapshot.hosts[at]).collect();
        let empty = |&host: &usize| NodeScore { host, by_plugin: BTreeMap::new(), total: 0 };
        let mut nodes: Vec<NodeScore> = feasible.iter().map(empty).collect();
        for (plugin, score) in SCORES {
            let scores = score(self.snapshot, self.pod, &hosts).unwrap_or_default();
            for (node, score) in nodes.iter_mut().zip(scores) {
                let weighted = score * plugin.weight();
                node.by_plugin.insert(plugin, weighted);
                node.total += weighted;
            }
        }
        nodes
    }

    /// The nodes of the best score; the real scheduler draws one of them.
    #[must_use]
    pub fn best(scores: &[NodeScore]) -> Vec<usize> {
        let best = scores.iter().map(|it| it.total).max();
        scores.iter().filter(|it| Some(it.total) == best).map(|it| it.host).collect()
    }

    /// Nodes that could take the pod if less important pods went, and which; empty where the pod
    /// fits somewhere, or preempts nobody.
    #[must_use]
    pub fn candidates(&self, verdicts: &[Verdict]) -> Vec<Candidate<'a>> {
        if self.pod.never_preempts || verdicts.iter().any(Verdict::fits) {
            return Vec::new();
        }
        let hosts = self.snapshot.hosts.iter().enumerate();
        hosts
            .filter(|(at, _)| verdicts.get(*at).is_some_and(Verdict::can_be_preempted))
            .filter_map(|(at, host)| {
                let budgets = &self.snapshot.cluster.budgets;
                preemption::candidate(at, host, self.pod, &self.filters, budgets)
            })
            .collect()
    }
}
