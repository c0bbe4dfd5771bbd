//! A cluster, what runs on it, and what users need of it.
//!
//! Reading starts with [`Stage::new`]: objects of the chosen roots become one cluster, nodes are found
//! or made up, pods that nobody dumped are made as controllers would, and the scheduler places them.

mod build;
mod check;
mod compiled;
mod ground;
mod placements;
mod pods;
mod runs;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kai_core::{ComponentId, RootId};
use kai_graph::System;
use kai_sim::model::Cluster;
use kai_sim::read::Declared;
use kai_sim::sweep::Spare;

use crate::Times;
pub(crate) use compiled::Compiled;
pub use ground::{Ground, NodeGroup};
use placements::Placement;
pub(crate) use placements::REPLAYS;
pub(crate) use pods::Scalers;
pub use runs::Runs;

/// What is played on.
#[derive(Debug)]
pub struct Stage<'a> {
    pub system: &'a System,
    pub times: &'a Times,
    /// The roots that it is made of, sorted.
    pub roots: Vec<RootId>,
    pub ground: Ground,
    /// True where nobody says on which nodes pods are, so that they were placed here.
    pub is_placed_here: bool,
    pub cluster: Cluster,
    /// Quotas, autoscalers and templates.
    pub declared: Arc<Declared>,
    pub runs: Arc<Vec<Runs>>,
    /// The place in `runs` of each pod.
    pub runs_of_pod: Arc<Vec<Option<usize>>>,
    /// Indexes into the journeys of the system that begin in one of the roots.
    pub journeys: Vec<usize>,
    /// Pods that an earlier step has left unable to serve, wherever they are made again.
    pub failing: BTreeSet<usize>,
    /// Pods that wait before anything breaks, one of each kind, and why.
    pub waiting: Vec<(usize, String)>,
    /// What of the input was left out or changed, one sentence each.
    pub problems: Vec<String>,
    /// What is assumed, one sentence each.
    pub assumptions: Vec<String>,
    /// The place in `runs` of each component of the system.
    by_component: Arc<[Option<usize>]>,
    /// Where pods may be placed as well, by seed; none where nothing was drawn.
    drawn: Vec<Placement>,
    /// Nothing where nodes or pods are not those that it was made of.
    pub(crate) compiled: Option<Compiled>,
}

impl Stage<'_> {
    /// What a component runs, if it runs anything here.
    #[must_use]
    pub fn runs_of(&self, component: ComponentId) -> Option<usize> {
        self.by_component.get(component.0 as usize).copied().flatten()
    }

    /// The same on another cluster, on which are the same pods at least.
    pub(crate) fn with_cluster(&self, cluster: Cluster) -> Self {
        Self {
            system: self.system,
            times: self.times,
            roots: self.roots.clone(),
            ground: self.ground,
            is_placed_here: self.is_placed_here,
            cluster,
            declared: Arc::clone(&self.declared),
            runs: Arc::clone(&self.runs),
            runs_of_pod: Arc::clone(&self.runs_of_pod),
            journeys: self.journeys.clone(),
            failing: self.failing.clone(),
            waiting: self.waiting.clone(),
            problems: self.problems.clone(),
            assumptions: self.assumptions.clone(),
            by_component: Arc::clone(&self.by_component),
            drawn: Vec::new(),
            compiled: None,
        }
    }

    /// Of every workload that stands: where its pods are, and how many of them may be lost.
    pub(crate) fn spares(&self) -> Vec<Spare> {
        let nodes = self.cluster.nodes.iter().enumerate();
        let number_of: BTreeMap<_, usize> = nodes.map(|(at, it)| (&it.name, at)).collect();
        let spare = |runs: &Runs| {
            let serving = runs.pods.iter().map(|&it| &self.cluster.pods[it]);
            let serving = serving.filter(|it| it.is_ready);
            let mut on: BTreeMap<usize, usize> = BTreeMap::new();
            let mut count = 0;
            for pod in serving {
                count += 1;
                if let Some(&node) = pod.node.as_ref().and_then(|it| number_of.get(it)) {
                    *on.entry(node).or_default() += 1;
                }
            }
            let may_lose = usize::checked_sub(count, runs.needed())?;
            Some(Spare { on: on.into_iter().collect(), may_lose })
        };
        self.runs.iter().filter(|it| !it.is_everywhere()).filter_map(spare).collect()
    }

    /// The zone of a node, empty where it has none.
    #[must_use]
    pub fn zone(&self, node: usize) -> &str {
        use kai_sim::model::Node;
        let labels = &self.cluster.nodes[node].labels;
        let zone = labels.get(Node::ZONE).or_else(|| labels.get(Node::ZONE_BETA));
        zone.map(|it| it.as_str()).unwrap_or_default()
    }

    /// The region of a node, empty where it has none.
    #[must_use]
    pub fn region(&self, node: usize) -> &str {
        use kai_sim::model::Node;
        let labels = &self.cluster.nodes[node].labels;
        let region = labels.get(Node::REGION).or_else(|| labels.get(Node::REGION_BETA));
        region.map(|it| it.as_str()).unwrap_or_default()
    }

    /// Zones that nodes are in, sorted.
    #[must_use]
    pub fn zones(&self) -> Vec<String> {
        self.domains(Self::zone)
    }

    /// Regions that nodes are in, sorted.
    #[must_use]
    pub fn regions(&self) -> Vec<String> {
        self.domains(Self::region)
    }

    fn domains(&self, of: impl Fn(&Self, usize) -> &str) -> Vec<String> {
        let all = (0..self.cluster.nodes.len()).map(|it| of(self, it).to_owned());
        let mut domains: Vec<String> = all.filter(|it| !it.is_empty()).collect();
        domains.sort();
        domains.dedup();
        domains
    }
}
