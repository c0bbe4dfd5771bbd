//! Where pods may be, where nobody says it.

use std::collections::BTreeMap;
use std::sync::Arc;

use kai_core::SmolStr;
use kai_sim::disruption;
use kai_sim::model::{Cluster, ControllerKind, Phase, Pod};
use kai_sim::sweep::{Blow, Sweep};
use rayon::prelude::*;

use super::{Compiled, Runs, Stage};

/// So many placements are drawn where nobody says where pods are.
pub(crate) const REPLAYS: u64 = 24;

/// The node of each pod by its place in the cluster's list; nothing where it waits.
pub(crate) type Placement = Vec<Option<usize>>;

impl Stage<'_> {
    /// The same stage, placed as the scheduler may place it as well: where several nodes are equally
    /// good, the seed draws one.
    #[must_use]
    pub(crate) fn placed_again(&self, seed: u64) -> Self {
        let compiled = self.compiled.clone().unwrap_or_else(|| Compiled::of(&self.cluster));
        let mut cluster = self.unplaced();
        let known = usize::try_from(seed).ok().and_then(|it| self.drawn.get(it)).cloned();
        let placement = known.unwrap_or_else(|| {
            let mut sweep = Sweep::planned(&cluster, Arc::clone(&compiled.plan));
            draw(&mut sweep, &waiting(&cluster), &nodes_of(&cluster), seed)
        });
        for (pod, node) in placement.into_iter().enumerate() {
            match node {
                Some(node) if cluster.pods[pod].node.is_none() => cluster.place(pod, node),
                _ => {}
            }
        }
        let guards = compiled.guards(&cluster);
        disruption::update_guarded(&mut cluster, guards);
        Self { compiled: Some(compiled), ..self.with_cluster(cluster) }
    }

    /// The cluster with no pod on a node, but for those that are on every one.
    fn unplaced(&self) -> Cluster {
        let mut cluster = self.cluster.clone();
        for pod in cluster.pods.iter_mut().filter(|it| !is_everywhere(it)) {
            (pod.node, pod.phase, pod.is_ready) = (None, Phase::Pending, false);
        }
        cluster
    }

    /// Takes the placement out of several in which pods of one workload share the fewest nodes and
    /// zones, and pods of all are spread best: what goes wrong there goes wrong in most. The first
    /// of equal nodes would take every pod.
    pub(super) fn settle(&mut self) {
        if !self.is_placed_here || !self.can_be_replayed() {
            return;
        }
        let unplaced = self.unplaced();
        let plan = self.compiled.as_ref().map(|it| Arc::clone(&it.plan));
        let sweep = match plan {
            Some(plan) => Sweep::planned(&unplaced, plan),
            None => Sweep::new(&unplaced),
        };
        let (wanted, before) = (waiting(&unplaced), nodes_of(&unplaced));
        let sharing = Sharing::of(self);
        let one = |(sweep, counts): &mut (Sweep<'_>, Vec<usize>), seed| {
            let placement = draw(sweep, &wanted, &before, seed);
            let shared = sharing.shared(&placement, counts);
            (placement, shared)
        };
        let counts = vec![0; self.cluster.nodes.len()];
        let seeds = (0..REPLAYS).into_par_iter();
        let drawn: Vec<_> = seeds.map_with((sweep, counts.clone()), one).collect();
        let here = sharing.shared(&nodes_of(&self.cluster), &mut counts.clone());
        let best = drawn.iter().map(|it| it.1).zip(0..).min().filter(|it| it.0 < here);
        self.drawn = drawn.into_iter().map(|it| it.0).collect();
        if let Some((_, seed)) = best {
            self.cluster = self.placed_again(seed).cluster;
        }
    }

    /// A placement that was drawn for a cluster of these pods.
    pub(crate) fn placement(&self, seed: u64) -> Option<&[Option<usize>]> {
        let drawn = usize::try_from(seed).ok().and_then(|it| self.drawn.get(it))?;
        (drawn.len() == self.cluster.pods.len()).then_some(drawn)
    }

    /// Small enough to be placed many times.
    pub(crate) fn can_be_replayed(&self) -> bool {
        const SIZE_MAX: usize = 40_000;
        self.cluster.pods.len() * self.cluster.nodes.len() <= SIZE_MAX
    }

    /// True where the pod holds something on its node in every placement: it was not drawn.
    pub(crate) fn is_fixed(&self, pod: usize) -> bool {
        is_everywhere(&self.cluster.pods[pod])
    }
}

fn is_everywhere(pod: &Pod) -> bool {
    pod.owner.as_ref().and_then(|it| it.kind) == Some(ControllerKind::DaemonSet)
}

/// How close pods are to each other.
struct Sharing<'s> {
    runs: &'s [Runs],
    /// The zone of each node, numbered.
    zones: Vec<usize>,
}

impl<'s> Sharing<'s> {
    fn of(stage: &'s Stage<'_>) -> Self {
        let zones: Vec<_> = stage.cluster.nodes.iter().map(|it| it.zone()).collect();
        let mut distinct: Vec<_> = zones.iter().collect();
        distinct.sort();
        distinct.dedup();
        let number = |it| distinct.partition_point(|zone| *zone < it);
        Self { runs: &stage.runs, zones: zones.iter().map(number).collect() }
    }

    /// How many pairs of pods of one workload are on one node or in one zone, and how many of any.
    /// `counts` holds as many zeros as there are nodes, and does so afterwards.
    fn shared(&self, placement: &Placement, counts: &mut [usize]) -> (usize, usize) {
        let mut kin = 0;
        for runs in self.runs.iter().filter(|it| !it.is_everywhere()) {
            let nodes = runs.pods.iter().filter_map(|&it| placement[it]);
            kin += pairs(nodes.clone(), counts) + pairs(nodes.map(|it| self.zones[it]), counts);
        }
        (kin, pairs(placement.iter().copied().flatten(), counts))
    }
}

/// The squares of how often each number is there, added.
fn pairs(numbers: impl Iterator<Item = usize> + Clone, counts: &mut [usize]) -> usize {
    let mut sum = 0;
    for it in numbers.clone() {
        sum += 2 * counts[it] + 1;
        counts[it] += 1;
    }
    numbers.for_each(|it| counts[it] = 0);
    sum
}

/// Pods that the scheduler has to place.
pub(super) fn waiting(cluster: &Cluster) -> Vec<usize> {
    let waits = |it: &usize| {
        let pod = &cluster.pods[*it];
        pod.node.is_none() && !pod.is_finished() && pod.scheduling_gates.is_empty()
    };
    (0..cluster.pods.len()).filter(waits).collect()
}

/// Where the wanted pods go if the seed draws between nodes that are equally good; others stay.
fn draw(sweep: &mut Sweep<'_>, wanted: &[usize], before: &Placement, seed: u64) -> Placement {
    sweep.draw_ties(Some(seed));
    let mut placement = before.clone();
    let blow = Blow { wanted: wanted.to_vec(), ..Blow::default() };
    for (pod, node) in sweep.after(&blow).placed {
        placement[pod] = node;
    }
    placement
}

fn nodes_of(cluster: &Cluster) -> Placement {
    let nodes = cluster.nodes.iter().enumerate();
    let number_of: BTreeMap<&SmolStr, usize> = nodes.map(|(at, it)| (&it.name, at)).collect();
    let number = |it: &Pod| it.node.as_ref().and_then(|it| number_of.get(it)).copied();
    cluster.pods.iter().map(number).collect()
}
