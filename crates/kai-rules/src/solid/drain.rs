//! Replicas on different nodes or zones, with a budget that lets drains go on.

use kai_graph::{Of, Selector, Solid, WhenUnsatisfiable, Workload};

use super::evidence::{Evidence, credit_workloads};
use crate::Context;
use crate::command::kubectl;

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let evidence = ctx.system.workloads().filter_map(|it| evidence(it, ctx)).collect();
    credit_workloads(evidence, ctx)
}

fn evidence<'a>(workload: Of<'a, Workload>, ctx: Context<'a>) -> Option<Evidence<'a>> {
    let replicas = *ctx.system.replicas_of(workload).value().filter(|it| **it >= 2)?;
    let (keeps, topology) = spread_over(workload.facts)?;
    let budget = ctx.system.guards(workload).into_iter().find(|it| it.evictable(replicas) > 0)?;
    let label = workload.component.label();
    Some(Evidence {
        component: workload.component,
        at: budget.component.origin,
        title: format!("`{label}` {keeps} {replicas} pods apart by {topology}; drains go on"),
        verify: kubectl(
            budget.component,
            format!(
                "get pdb {} -o jsonpath='{{.status.disruptionsAllowed}}'",
                budget.component.name
            ),
        ),
    })
}

/// What the pods are kept apart by, the widest first, and whether the scheduler must or only tries.
fn spread_over(workload: &Workload) -> Option<(&'static str, &'static str)> {
    let placement = &workload.pod.placement;
    let is_own = |it: Option<&Selector>| it.is_some_and(|it| it.matches(&workload.pod_labels));
    let spread = placement.spread.iter().filter(|it| is_own(it.selector.as_ref()));
    let spread = spread
        .map(|it| (&it.topology_key, it.when_unsatisfiable == WhenUnsatisfiable::DoNotSchedule));
    let affinity =
        placement.affinity.iter().filter(|it| it.is_anti && is_own(it.selector.as_ref()));
    let affinity = affinity.map(|it| (&it.topology_key, it.is_required));
    let apart: Vec<_> = spread.chain(affinity).collect();
    let found = [("/zone", "zone"), ("kubernetes.io/hostname", "node")].into_iter().find_map(
        |(key, topology)| {
            let mut such = apart.iter().filter(|it| it.0.ends_with(key)).map(|it| it.1);
            such.next().map(|first| (first || such.any(|it| it), topology))
        },
    );
    found.map(|(must, topology)| (if must { "keeps" } else { "tries to keep" }, topology))
}
