//! How many pods a budget lets go (pkg/controller/disruption/disruption.go).

use std::collections::{BTreeMap, BTreeSet};

use super::Guards;
use smol_str::SmolStr;

use crate::model::{
    BudgetStatus, Cluster, Controller, ControllerKind, Controllers, DisruptionBudget, IntOrPercent,
    Key, Limit, Pod,
};

/// Writes about every budget of the cluster what the controller writes.
pub fn update(cluster: &mut Cluster) {
    let guards = Guards::of(cluster);
    update_guarded(cluster, &guards);
}

/// The same for who knows already which pods the budgets guard.
pub fn update_guarded(cluster: &mut Cluster, guards: &Guards) {
    let controllers = Controllers::of(cluster);
    let named = |kind, namespace, name| controllers.named(kind, namespace, name);
    let of_budget = |(at, budget): (usize, &DisruptionBudget)| {
        let pods: Vec<&Pod> = guards.pods(at).iter().map(|&it| &cluster.pods[it]).collect();
        status(&named, budget, &pods)
    };
    let statuses: Vec<BudgetStatus> = cluster.budgets.iter().enumerate().map(of_budget).collect();
    for (budget, status) in cluster.budgets.iter_mut().zip(statuses) {
        budget.status = status;
    }
}

/// Finds a controller by its name.
type Named<'f, 'c> = &'f dyn Fn(ControllerKind, &'c SmolStr, &'c SmolStr) -> Option<&'c Controller>;

/// What the controller writes about a budget that guards these pods. Where it cannot tell how many
/// there should be, it lets none go and leaves the rest as it was.
fn status<'c>(named: Named<'_, 'c>, budget: &DisruptionBudget, pods: &[&'c Pod]) -> BudgetStatus {
    let Some((expected_pods, desired_healthy)) = expectation(named, budget, pods) else {
        return BudgetStatus { disruptions_allowed: 0, ..budget.status.clone() };
    };
    let is_leaving = |it: &&Pod| !it.is_terminating && budget.status.disrupted.contains(&it.name);
    let disrupted: Vec<_> = pods.iter().copied().filter(is_leaving).collect();
    let is_healthy = |it: &&&Pod| it.is_ready && !it.is_terminating && !is_leaving(it);
    let current_healthy = pods.iter().filter(is_healthy).count() as i64;
    let spare = (current_healthy - desired_healthy).max(0);
    BudgetStatus {
        disruptions_allowed: if expected_pods > 0 { spare } else { 0 },
        current_healthy,
        desired_healthy,
        expected_pods,
        disrupted: disrupted.iter().map(|it| it.name.clone()).collect(),
    }
}

/// Whether the budget would let a pod go if all of these, which it guards, were ready.
#[must_use]
pub fn allows_any(cluster: &Cluster, budget: &DisruptionBudget, pods: &[&Pod]) -> bool {
    let named = |kind, namespace, name| cluster.controller(kind, namespace, name);
    expectation(&named, budget, pods)
        .is_some_and(|(expected, desired)| expected > 0 && expected > desired)
}

/// How many pods there should be, and how many of them healthy. Both kinds of share round up, so
/// that 1 % of a few may be unavailable.
fn expectation<'c>(
    named: Named<'_, 'c>,
    budget: &DisruptionBudget,
    pods: &[&'c Pod],
) -> Option<(i64, i64)> {
    match budget.limit {
        Some(Limit::MaxUnavailable(unavailable)) => {
            let expected = scale(named, pods)?;
            Some((expected, (expected - unavailable.rounded_up(expected)).max(0)))
        }
        Some(Limit::MinAvailable(IntOrPercent::Int(available))) => {
            Some((pods.len() as i64, available))
        }
        Some(Limit::MinAvailable(share)) => {
            let expected = scale(named, pods)?;
            Some((expected, share.rounded_up(expected)))
        }
        None => Some((0, 0)),
    }
}

/// How many pods the controllers of these want together. Pods without one are not counted; nothing
/// where one is of a kind that has no scale.
fn scale<'c>(named: Named<'_, 'c>, pods: &[&'c Pod]) -> Option<i64> {
    let mut seen = BTreeSet::new();
    let mut wanted: BTreeMap<(ControllerKind, Key), i64> = BTreeMap::new();
    for pod in pods.iter().copied() {
        let Some(owner) = &pod.owner else { continue };
        if !seen.insert((&pod.namespace, owner.kind, &owner.name)) {
            continue;
        }
        let controller = named(owner.kind?, &pod.namespace, &owner.name)?;
        let above =
            controller.owner.as_ref().filter(|it| it.kind == Some(ControllerKind::Deployment));
        let scaled =
            above.and_then(|owner| named(ControllerKind::Deployment, &pod.namespace, &owner.name));
        let scaled = scaled.unwrap_or(controller);
        if matches!(scaled.kind, ControllerKind::DaemonSet | ControllerKind::Job) {
            return None;
        }
        wanted.insert((scaled.kind, scaled.key.clone()), scaled.replicas?);
    }
    Some(wanted.values().sum())
}
