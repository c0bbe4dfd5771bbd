//! Which pods would have to go.
//!
//! plugins/defaultpreemption/default_preemption.go and preemption/preemption.go, v1.34.1. The real
//! scheduler stops looking after a tenth of the nodes, at least 100; here every node is tried.

use std::cmp::Reverse;
use std::iter;

use super::Host;
use super::filters::Filters;
use crate::model::{DisruptionBudget, Pod, Timestamp};

/// A node that could take the pod, and what it costs.
#[derive(Debug, Clone)]
pub struct Candidate<'a> {
    /// Where the node is in the snapshot.
    pub host: usize,
    /// The most important first.
    pub victims: Vec<&'a Pod>,
    /// How many victims go although their budget is spent.
    pub violation_count: usize,
}

/// The pods that go from a node: all that are less important, except those that can stay after all.
pub(super) fn candidate<'a>(
    at: usize,
    host: &Host<'a>,
    pod: &Pod,
    filters: &Filters<'a>,
    budgets: &[DisruptionBudget],
) -> Option<Candidate<'a>> {
    let (mut host, mut filters) = (host.clone(), filters.clone());
    let mut lesser: Vec<&'a Pod> =
        host.pods.iter().copied().filter(|it| it.priority < pod.priority).collect();
    for victim in &lesser {
        host.remove(victim);
        filters.count(victim, &host, -1);
    }
    if lesser.is_empty() || filters.check(&host).is_err() {
        return None;
    }
    lesser.sort_by(|a, b| importance(a).cmp(&importance(b)));
    let (violating, others) = by_budget(&lesser, budgets);
    let mut victims = Vec::new();
    let mut violation_count = 0;
    let of_both = violating.iter().zip(iter::repeat(1)).chain(others.iter().zip(iter::repeat(0)));
    for (&victim, violations) in of_both {
        host.add(victim);
        filters.count(victim, &host, 1);
        if filters.check(&host).is_err() {
            host.remove(victim);
            filters.count(victim, &host, -1);
            victims.push(victim);
            violation_count += violations;
        }
    }
    victims.sort_by(|a, b| importance(a).cmp(&importance(b)));
    Some(Candidate { host: at, victims, violation_count })
}

/// Smaller for the more important: the higher priority, then the one that runs longer. A pod that
/// has not started counts as started now.
fn importance(pod: &Pod) -> (Reverse<i64>, bool, Option<&Timestamp>) {
    (Reverse(pod.priority), pod.started.is_none(), pod.started.as_ref())
}

/// Pods whose budget does not let all of them go, and the others.
fn by_budget<'a>(pods: &[&'a Pod], budgets: &[DisruptionBudget]) -> (Vec<&'a Pod>, Vec<&'a Pod>) {
    let mut allowed: Vec<i64> = budgets.iter().map(|it| it.status.disruptions_allowed).collect();
    pods.iter().partition(|pod| {
        let mut is_violated = false;
        for (budget, allowed) in budgets.iter().zip(&mut allowed) {
            if spends(budget, pod) {
                *allowed -= 1;
                is_violated |= *allowed < 0;
            }
        }
        is_violated
    })
}

/// An empty selector selects nothing here, and neither does any selector a pod without labels;
/// eviction sees both otherwise.
fn spends(budget: &DisruptionBudget, pod: &Pod) -> bool {
    let is_empty = budget.selector.as_ref().is_none_or(crate::model::Selector::is_empty);
    !is_empty
        && !pod.labels.is_empty()
        && budget.guards(pod)
        && !budget.status.disrupted.contains(&pod.name)
}

/// The candidates among which the scheduler takes the first that its map gives: fewest spent
/// budgets, then the least important victims, the smallest sum of priorities, the fewest victims, and
/// the victims that started last.
#[must_use]
pub fn pick<'c, 'a>(candidates: &'c [Candidate<'a>]) -> Vec<&'c Candidate<'a>> {
    let least = candidates.iter().map(cost).min();
    candidates.iter().filter(|it| Some(cost(it)) == least).collect()
}

type Cost<'a> = (usize, i64, i64, usize, Reverse<(bool, Option<&'a Timestamp>)>);

fn cost<'a>(candidate: &Candidate<'a>) -> Cost<'a> {
    let highest = candidate.victims.first().map_or(0, |it| it.priority);
    // Every summand is positive, so that more victims never cost less.
    let sum = candidate.victims.iter().map(|it| it.priority + (1 << 31)).sum();
    let longest = candidate.victims.first().map(|it| (it.started.is_none(), it.started.as_ref()));
    let count = candidate.victims.len();
    (candidate.violation_count, highest, sum, count, Reverse(longest.unwrap_or_default()))
}
