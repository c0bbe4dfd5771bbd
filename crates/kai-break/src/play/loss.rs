//! What stops at once, told from where pods are: nothing has to be placed anew for that.

use super::struck::Struck;
use crate::{Scenario, Stage};

/// Pods of a stage where one of the placements has them.
pub(super) struct Loss<'s, 'a> {
    stage: &'s Stage<'a>,
    /// The node of each pod.
    placement: &'s [Option<usize>],
    /// Pods that hold something on each node, in their order.
    pods_on: Vec<Vec<usize>>,
}

impl<'s, 'a> Loss<'s, 'a> {
    pub(super) fn of(stage: &'s Stage<'a>, placement: &'s [Option<usize>]) -> Self {
        let mut pods_on = vec![Vec::new(); stage.cluster.nodes.len()];
        for (pod, node) in placement.iter().enumerate() {
            let is_over = stage.is_fixed(pod) && stage.cluster.pods[pod].is_finished();
            node.iter().filter(|_| !is_over).for_each(|&it| pods_on[it].push(pod));
        }
        Self { stage, placement, pods_on }
    }

    /// Workloads that are down as soon as it happens, where nothing of it is planned.
    pub(super) fn stopped(&self, scenario: &Scenario) -> Vec<usize> {
        let struck = Struck::of(scenario);
        let lost = self.lost(&struck);
        let mut hit: Vec<usize> =
            lost.iter().filter_map(|&it| self.stage.runs_of_pod[it]).collect();
        hit.sort_unstable();
        hit.dedup();
        let serves = |it: &&usize| lost.binary_search(it).is_err() && self.serves(**it);
        hit.retain(|&it| {
            let runs = &self.stage.runs[it];
            struck.stops(runs, runs.pods.iter().filter(serves).count())
        });
        hit
    }

    /// Sorted.
    fn lost(&self, struck: &Struck) -> Vec<usize> {
        let mut lost: Vec<usize> =
            struck.nodes.iter().flat_map(|&it| &self.pods_on[it]).copied().collect();
        lost.extend(&struck.pods);
        lost.extend(struck.broken.iter().flat_map(|&it| &self.stage.runs[it].pods));
        lost.sort_unstable();
        lost.dedup();
        lost
    }

    /// A pod that was placed runs and is ready.
    fn serves(&self, pod: usize) -> bool {
        if self.stage.is_fixed(pod) {
            self.stage.cluster.pods[pod].is_ready
        } else {
            self.placement[pod].is_some()
        }
    }
}
