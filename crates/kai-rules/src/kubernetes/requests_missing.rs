//! Journeys that run on what other pods leave over.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use kai_core::{Environment, FailureMode, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Component, Container, Of, Workload};

use crate::command::kubectl;
use crate::exposure::DoorKind;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "requests-missing",
    pillar: Pillar::Scaling,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("requests_missing.md"),
    check: Check::System(check),
};

/// One finding for an environment: who asks for nothing has decided so once for all.
fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut places: BTreeMap<Environment, Vec<(Of<'_, Workload>, bool)>> = BTreeMap::new();
    for workload in ctx.system.workloads().filter(|it| is_best_effort(*it)) {
        let Component { id, root, namespace, .. } = workload.component;
        // A LimitRange of the namespace may fill requests in when a pod is admitted.
        let is_filled = || !ctx.system.limit_ranges(namespace, *root).is_empty();
        if !is_filled() {
            let environment = ctx.system.environment(workload.component);
            let is_needed = !ctx.journeys_that_need(*id).is_empty();
            places.entry(environment).or_default().push((workload, is_needed));
        }
    }
    for places in places.into_values() {
        // Where no journey needs one of them, nobody outside would notice.
        if !places.iter().any(|it| it.1) {
            continue;
        }
        let mut workloads: Vec<_> = places.into_iter().map(|it| it.0).collect();
        // The same workload may be there through several roots.
        let mut seen = BTreeSet::new();
        workloads.retain(|it| seen.insert((it.component.namespace.clone(), it.component.label())));
        // What answers a load balancer stands for the others, then the one that most journeys need.
        workloads.sort_by_cached_key(|it| {
            let is_front = ctx.doors(*it).iter().any(|it| it.kind == DoorKind::LoadBalancer);
            let Component { id, root, ref namespace, .. } = *it.component;
            let journeys = ctx.journeys_that_need(id).len();
            // A root holds its files in any order.
            (!is_front, Reverse(journeys), root, namespace.clone(), it.component.label())
        });
        out.push(hazard(&workloads));
    }
}

/// The first to go when a node runs out of memory: no container asks for any amount of it.
fn is_best_effort(workload: Of<'_, Workload>) -> bool {
    let pod = &workload.facts.pod;
    let asks_for_none = |it: &Container| {
        [&it.requests, &it.limits]
            .into_iter()
            .all(|it| it.memory.is_not_declared() && it.cpu.is_not_declared())
    };
    workload.is_rescheduled()
        && workload.is_long_running()
        && pod.is_fully_read
        && pod.all_containers().all(asks_for_none)
}

fn hazard(workloads: &[Of<'_, Workload>]) -> Hazard {
    let first = workloads[0].component;
    let labels: Vec<_> = workloads.iter().map(|it| it.component.label()).collect();
    let (asks, they) = if labels.len() == 1 { ("asks", "it is") } else { ("ask", "they are") };
    let message = format!(
        "{} {asks} for no CPU and no memory; the scheduler puts any number of such pods on one node, \
         and when that runs out of memory {they} killed before everything else",
        words::list(&labels),
    );
    let hazard = RULE
        .worsens(first.id, FailureMode::Overload, Term::Frequency, "asks for nothing", message)
        .at(workloads[0].facts.pod.containers[0].origin)
        .loses(LossClass::Degraded)
        .impact(0.5)
        .searched("no LimitRange of their namespaces fills it in")
        .fleeting()
        .shows_as("Pods end with `Evicted` (`The node was low on resource: memory`) or `OOMKilled`")
        .recover("They are started elsewhere by themselves; drain the node that is full")
        .remedy("Ask for what it uses on a normal day (`kubectl top pods`), memory above all")
        .verify(verify(workloads));
    let others = workloads[1..].iter();
    others.fold(hazard, |hazard, it| hazard.related(it.component.origin, "asks for nothing either"))
}

fn verify(workloads: &[Of<'_, Workload>]) -> String {
    let first = workloads[0].component;
    let is_one = workloads.iter().all(|it| it.component.namespace == first.namespace);
    let columns = "NAME:.metadata.name,QOS:.status.qosClass # none of them BestEffort";
    if is_one {
        kubectl(first, format!("get pods -o custom-columns={columns}"))
    } else {
        format!("kubectl get pods -A -o custom-columns=NS:.metadata.namespace,{columns}")
    }
}
