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
    let Cluster { budgets, pods, .. } = cluster;
    for (at, budget) in budgets.iter_mut().enumerate() {
        let pods = guards.pods(at).iter().map(|&it| &pods[it]);
        budget.status = status(guards.expected(at), budget, pods);
    }
}

/// How many pods there should be, and how many of them healthy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Expected {
    pods: i64,
    healthy: i64,
}

/// What each budget expects of the pods that it guards, which are told by their places.
pub(super) fn expected(cluster: &Cluster, guarded: &[Vec<usize>]) -> Vec<Option<Expected>> {
    let controllers = Controllers::of(cluster);
    let named = |kind, namespace, name| controllers.named(kind, namespace, name);
    let of_budget = |(budget, guarded): (&DisruptionBudget, &Vec<usize>)| {
        let pods: Vec<&Pod> = guarded.iter().map(|&it| &cluster.pods[it]).collect();
        expectation(&named, budget, &pods)
    };
    cluster.budgets.iter().zip(guarded).map(of_budget).collect()
}

/// Finds a controller by its name.
type Named<'f, 'c> = &'f dyn Fn(ControllerKind, &'c SmolStr, &'c SmolStr) -> Option<&'c Controller>;

/// What the controller writes about a budget that guards these pods. Where it cannot tell how many
/// there should be, it lets none go and leaves the rest as it was.
fn status<'c>(
    expected: Option<Expected>,
    budget: &DisruptionBudget,
    pods: impl Iterator<Item = &'c Pod> + Clone,
) -> BudgetStatus {
    let Some(Expected { pods: expected_pods, healthy: desired_healthy }) = expected else {
        return BudgetStatus { disruptions_allowed: 0, ..budget.status.clone() };
    };
    let is_leaving = |it: &&Pod| !it.is_terminating && budget.status.disrupted.contains(&it.name);
    let disrupted = pods.clone().filter(is_leaving);
    let is_healthy = |it: &&Pod| it.is_ready && !it.is_terminating && !is_leaving(it);
    let current_healthy = pods.filter(is_healthy).count() as i64;
    let spare = (current_healthy - desired_healthy).max(0);
    BudgetStatus {
        disruptions_allowed: if expected_pods > 0 { spare } else { 0 },
        current_healthy,
        desired_healthy,
        expected_pods,
        disrupted: disrupted.map(|it| it.name.clone()).collect(),
    }
}

/// Whether the budget would let a pod go if all of these, which it guards, were ready.
#[must_use]
pub fn allows_any(cluster: &Cluster, budget: &DisruptionBudget, pods: &[&Pod]) -> bool {
    let named = |kind, namespace, name| cluster.controller(kind, namespace, name);
    expectation(&named, budget, pods).is_some_and(|it| it.pods > 0 && it.pods > it.healthy)
}

/// Both kinds of share round up, so that 1 % of a few may be unavailable.
fn expectation<'c>(
    named: Named<'_, 'c>,
    budget: &DisruptionBudget,
    pods: &[&'c Pod],
) -> Option<Expected> {
    let (pods, healthy) = match budget.limit {
        Some(Limit::MaxUnavailable(unavailable)) => {
            let expected = scale(named, pods)?;
            (expected, (expected - unavailable.rounded_up(expected)).max(0))
        }
        Some(Limit::MinAvailable(IntOrPercent::Int(available))) => (pods.len() as i64, available),
        Some(Limit::MinAvailable(share)) => {
            let expected = scale(named, pods)?;
            (expected, share.rounded_up(expected))
        }
        None => (0, 0),
    };
    Some(Expected { pods, healthy })
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
