//! `kubectl drain`, as an upgrade of nodes does it: node agents stay, scratch space is lost.

use std::collections::BTreeMap;

use kai_sim::disruption::{allows_any, status};
use kai_sim::model::{ControllerKind, DisruptionBudget};
use kai_sim::sweep::{Blow, Gone};

use super::journeys::{Failed, reached, unable};
use super::{Depth, Player};
use crate::Scenario;
use crate::outcome::{Back, Drained, Hit, Move, Outcome, Waiting};

impl Player<'_, '_> {
    /// Evicts pod after pod. One that finds another node is ready there before the next has to go.
    pub(super) fn drain(&mut self, scenario: &Scenario, node: usize, depth: Depth) -> Outcome {
        let mut outcome = Outcome::new(scenario.clone());
        let stage = self.stage;
        let name = stage.cluster.nodes[node].name.clone();
        outcome.nodes = vec![name.clone()];
        let leaving = self.leaving(node);
        let made: Vec<usize> =
            leaving.iter().copied().filter(|&it| stage.cluster.pods[it].owner.is_some()).collect();
        let blow = Blow {
            nodes: vec![node],
            wanted: made,
            nodes_are: Gone::Cordoned,
            reasons_max: if depth == Depth::Story { 8 } else { 0 },
            ..Blow::default()
        };
        let aftermath = self.sweep.after(&blow);
        let goes_to: BTreeMap<usize, Option<usize>> = aftermath.placed.iter().copied().collect();
        let reason_of = |pod: usize| {
            let runs = stage.runs_of_pod[pod];
            let said = aftermath.reasons.iter().find(|(it, _)| stage.runs_of_pod[*it] == runs);
            said.map(|(_, reason)| reason.clone()).unwrap_or_default()
        };
        let mut evictions = Evictions::new(self);
        let mut gone: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
        let mut moved: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        let mut waiting: BTreeMap<Option<usize>, (usize, usize)> = BTreeMap::new();
        let mut stuck = Vec::new();
        for pod in leaving {
            let to = goes_to.get(&pod).copied().flatten();
            if let Some(why) = evictions.evict(pod, to.is_some(), &reason_of) {
                stuck.push((stage.cluster.pods[pod].key(), why));
                continue;
            }
            outcome.lost += 1;
            let runs = stage.runs_of_pod[pod];
            if let Some(runs) = runs {
                let (count, back) = gone.entry(runs).or_default();
                *count += 1;
                *back += usize::from(to.is_some());
            }
            match (runs, to) {
                (Some(runs), Some(node)) => *moved.entry((runs, node)).or_default() += 1,
                (runs, None) => {
                    let (count, like) = waiting.entry(runs).or_default();
                    *count += 1;
                    *like = pod;
                }
                (None, Some(_)) => {}
            }
        }
        outcome.moved =
            moved.into_iter().map(|((runs, node), count)| Move { runs, node, count }).collect();
        outcome.waiting = waiting
            .into_iter()
            .map(|(runs, (count, like))| Waiting { runs, count, reason: reason_of(like) })
            .collect();
        outcome.hits = gone.into_iter().map(|(runs, it)| self.drained(runs, it)).collect();
        let failed: Vec<Failed> = outcome
            .hits
            .iter()
            .filter(|it| it.is_down)
            .filter_map(|it| {
                let component = stage.runs[it.runs].component?;
                Some(Failed { component, back: it.back.clone() })
            })
            .collect();
        outcome.journeys = reached(stage, &failed, &[]);
        outcome.unable = unable(stage, &failed);
        outcome.binding = stuck.first().map(|(_, why)| why.clone());
        outcome.drained = Some(Drained { is_finished: stuck.is_empty(), stuck });
        outcome
    }

    /// Pods that have to go: not those of the node itself, and not node agents.
    fn leaving(&self, node: usize) -> Vec<usize> {
        let name = &self.stage.cluster.nodes[node].name;
        let pods = self.stage.cluster.pods.iter().enumerate();
        let leaves = |it: &kai_sim::model::Pod| {
            let kind = it.owner.as_ref().and_then(|it| it.kind);
            it.node.as_ref() == Some(name)
                && !it.is_mirror
                && !it.is_finished()
                && kind != Some(ControllerKind::DaemonSet)
        };
        pods.filter(|(_, it)| leaves(it)).map(|(at, _)| at).collect()
    }

    /// A workload of one pod is away from the eviction until the next is ready; others go on with those
    /// that are elsewhere.
    fn drained(&self, at: usize, (count, back): (usize, usize)) -> Hit {
        let runs = &self.stage.runs[at];
        let there = runs.pods.len();
        let elsewhere = there.saturating_sub(count);
        // Without a budget all of them are evicted at once.
        let is_paced = self.is_paced(at);
        let left = if is_paced { elsewhere.max(there.saturating_sub(1)) } else { elsewhere };
        let is_down = left < runs.needed();
        let start = self.stage.times.start_of(runs.component).clone();
        let back_when = if back >= count {
            Back::After(start)
        } else if runs.is_alone {
            Back::Never
        } else {
            Back::WhenThereIsRoom
        };
        let (wanted, after) = (runs.wanted, elsewhere + back);
        Hit {
            runs: at,
            wanted,
            left,
            after,
            waiting: count - back,
            is_down,
            back: back_when,
            often: None,
        }
    }

    fn is_paced(&self, at: usize) -> bool {
        let Some(&pod) = self.stage.runs[at].pods.first() else { return false };
        let pod = &self.stage.cluster.pods[pod];
        self.stage.cluster.budgets.iter().any(|it| it.guards(pod))
    }
}

/// What budgets still allow.
struct Evictions<'p, 's, 'a> {
    player: &'p Player<'s, 'a>,
    allowed: BTreeMap<usize, i64>,
}

impl<'p, 's, 'a> Evictions<'p, 's, 'a> {
    fn new(player: &'p Player<'s, 'a>) -> Self {
        Self { player, allowed: BTreeMap::new() }
    }

    /// Why the pod never goes; nothing where it does.
    fn evict(
        &mut self,
        pod: usize,
        comes_back: bool,
        reason_of: &dyn Fn(usize) -> String,
    ) -> Option<String> {
        let cluster = &self.player.stage.cluster;
        let it = &cluster.pods[pod];
        let guards: Vec<usize> =
            (0..cluster.budgets.len()).filter(|&at| cluster.budgets[at].guards(it)).collect();
        let (at, budget) = match guards.as_slice() {
            [] => return None,
            [at] => (*at, &cluster.budgets[*at]),
            _ => {
                let names: Vec<String> =
                    guards.iter().map(|&at| format!("`{}`", cluster.budgets[at].key)).collect();
                return Some(format!(
                    "{} guard it together, and the API server evicts no pod of several budgets",
                    names.join(" and ")
                ));
            }
        };
        let now = status(cluster, budget);
        if !it.is_ready && lets_unready_go(budget, now.current_healthy, now.desired_healthy) {
            return None;
        }
        let allowed = self.allowed.entry(at).or_insert(now.disruptions_allowed);
        if *allowed > 0 {
            *allowed -= i64::from(!comes_back);
            return None;
        }
        Some(if now.disruptions_allowed > 0 {
            let reason = reason_of(pod);
            let reason = if reason.is_empty() { String::new() } else { format!(": {reason}") };
            format!(
                "`{}` is spent, because a pod in place of an evicted one waits{reason}",
                budget.key
            )
        } else if allows_any(cluster, budget) {
            format!("`{}` waits for pods that are not ready", budget.key)
        } else {
            format!("`{}` lets no pod go, even when all are ready", budget.key)
        })
    }
}

fn lets_unready_go(budget: &DisruptionBudget, healthy: i64, desired: i64) -> bool {
    use kai_sim::model::UnhealthyPolicy;
    budget.unhealthy == UnhealthyPolicy::AlwaysAllow || (healthy >= desired && desired > 0)
}
