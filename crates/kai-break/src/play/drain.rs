//! `kubectl drain`, as an upgrade of nodes does it: node agents stay, scratch space is lost.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use kai_sim::disruption::allows_any;
use kai_sim::model::{ControllerKind, DisruptionBudget, Pod};
use kai_sim::sweep::{Blow, Gone};

use super::journeys::Failed;
use super::{Depth, Player};
use crate::Scenario;
use crate::outcome::{Back, Drained, Hit, Move, Outcome, Stuck, Waiting};

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
        let aftermath = self.aftermath(&blow, depth);
        let mut goes_to = aftermath.placed.clone();
        goes_to.sort_unstable();
        let goes_to = |pod| {
            let at = goes_to.binary_search_by_key(&pod, |it| it.0).ok()?;
            goes_to[at].1
        };
        let reason_of = |pod: usize| {
            let runs = stage.runs_of_pod[pod];
            let said = aftermath.reasons.iter().find(|(it, _)| stage.runs_of_pod[*it] == runs);
            said.map(|(_, reason)| reason.clone()).unwrap_or_default()
        };
        let mut evictions = Evictions::new(self);
        let mut gone: BTreeMap<usize, Evicted> = BTreeMap::new();
        let mut moved: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        let mut waiting: BTreeMap<Option<usize>, (usize, usize)> = BTreeMap::new();
        let mut stuck = Vec::new();
        for pod in leaving {
            let to = goes_to(pod);
            if let Some((why, waits_for_room)) = evictions.evict(pod, to.is_some(), &reason_of) {
                let name = stage.cluster.pods[pod].key();
                stuck.push(Stuck { pod, name, why, waits_for_room });
                continue;
            }
            outcome.lost += 1;
            let runs = stage.runs_of_pod[pod];
            if let Some(runs) = runs {
                let evicted = gone.entry(runs).or_default();
                evicted.count += 1;
                evicted.back += usize::from(to.is_some());
                let serves = to.is_some() && !stage.failing.contains(&pod);
                evicted.serves_again += usize::from(serves);
                evicted.serving += usize::from(stage.cluster.pods[pod].is_ready);
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
        outcome.hits = gone.into_iter().map(|(runs, it)| self.drained(runs, &it)).collect();
        outcome.hits.sort_by_key(|it| (Reverse((it.is_down, it.back.rank())), it.runs));
        if depth != Depth::Blow {
            let down = outcome.hits.iter().filter(|it| it.is_down);
            let failed = down.filter_map(|it| {
                let component = stage.runs[it.runs].component?;
                Some(Failed { component, back: it.back.clone() })
            });
            let failed: Vec<Failed> = failed.collect();
            outcome.reach(stage, &failed, &[]);
        }
        outcome.binding = stuck.first().map(|it| it.why.clone());
        outcome.drained = Some(Drained { is_finished: stuck.is_empty(), stuck });
        outcome
    }

    /// Pods that have to go: not those of the node itself, and not node agents.
    pub(super) fn leaving(&self, node: usize) -> Vec<usize> {
        let leaves = |it: &usize| {
            let pod = &self.stage.cluster.pods[*it];
            let kind = pod.owner.as_ref().and_then(|it| it.kind);
            !pod.is_mirror && kind != Some(ControllerKind::DaemonSet)
        };
        self.sweep.pods_on(node).iter().copied().filter(leaves).collect()
    }

    /// All evictions are asked for at once, and a budget lets so many pods be away at a time. Those that
    /// come back are ready elsewhere before others go; a workload without a budget loses all of them.
    fn drained(&self, at: usize, evicted: &Evicted) -> Hit {
        let runs = &self.stage.runs[at];
        let Evicted { count, back, serves_again, serving } = *evicted;
        let served = runs.pods.iter().filter(|&&it| self.stage.cluster.pods[it].is_ready).count();
        let left = served.saturating_sub(serving.min(self.away_max(at)));
        let is_down = left < runs.needed();
        let start = self.stage.times.start_of(runs.component).clone();
        let returned = served.saturating_sub(serving) + serves_again;
        let comes_back = if is_down { returned >= runs.needed() } else { back == count };
        let back_when = if comes_back {
            Back::After(start)
        } else if serves_again < back {
            Back::ByHand(self.stage.times.by_hand.clone())
        } else if runs.is_alone {
            Back::Never
        } else {
            Back::WhenThereIsRoom
        };
        Hit {
            runs: at,
            wanted: runs.wanted,
            left,
            after: returned,
            waiting: count - back,
            is_down,
            back: back_when,
            often: None,
        }
    }

    /// How many pods of a workload a budget lets be away at a time.
    fn away_max(&self, at: usize) -> usize {
        let pod = self.stage.runs[at].pods.first();
        let guard = pod.and_then(|&it| self.guards().of_pod(it).first());
        guard.map_or(usize::MAX, |&it| {
            let allowed = self.stage.cluster.budgets[it].status.disruptions_allowed;
            usize::try_from(allowed).unwrap_or(0)
        })
    }
}

/// Pods of one workload that have to go and do.
#[derive(Debug, Default)]
struct Evicted {
    count: usize,
    /// Those that find another node.
    back: usize,
    /// Those of them that will serve there.
    serves_again: usize,
    /// Those that served.
    serving: usize,
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

    /// Why the pod never goes, and whether that is for want of room; nothing where it does.
    fn evict(
        &mut self,
        pod: usize,
        comes_back: bool,
        reason_of: &dyn Fn(usize) -> String,
    ) -> Option<(String, bool)> {
        let cluster = &self.player.stage.cluster;
        let it = &cluster.pods[pod];
        let guards = self.player.guards().of_pod(pod);
        let (at, budget) = match guards {
            [] => return None,
            [at] => (*at, &cluster.budgets[*at]),
            _ => {
                let names: Vec<String> =
                    guards.iter().map(|&at| format!("`{}`", cluster.budgets[at].key)).collect();
                let why = format!(
                    "{} guard it together, and the API server evicts no pod of several budgets",
                    names.join(" and ")
                );
                return Some((why, false));
            }
        };
        let now = &budget.status;
        if !it.is_ready && lets_unready_go(budget, now.current_healthy, now.desired_healthy) {
            return None;
        }
        let allowed = self.allowed.entry(at).or_insert(now.disruptions_allowed);
        if *allowed > 0 {
            *allowed -= i64::from(!comes_back);
            return None;
        }
        let is_spent = now.disruptions_allowed > 0;
        let why = if is_spent {
            let reason = reason_of(pod);
            let reason = if reason.is_empty() { String::new() } else { format!(": {reason}") };
            format!(
                "`{}` is spent, because a pod in place of an evicted one waits{reason}",
                budget.key
            )
        } else if self.allows_any(at) {
            format!("`{}` waits for pods that are not ready", budget.key)
        } else {
            format!("`{}` lets no pod go, even when all are ready", budget.key)
        };
        Some((why, is_spent))
    }

    fn allows_any(&self, budget: usize) -> bool {
        let cluster = &self.player.stage.cluster;
        let pods = self.player.guards().pods(budget);
        let pods: Vec<&Pod> = pods.iter().map(|&it| &cluster.pods[it]).collect();
        allows_any(cluster, &cluster.budgets[budget], &pods)
    }
}

fn lets_unready_go(budget: &DisruptionBudget, healthy: i64, desired: i64) -> bool {
    use kai_sim::model::UnhealthyPolicy;
    budget.unhealthy == UnhealthyPolicy::AlwaysAllow || (healthy >= desired && desired > 0)
}
