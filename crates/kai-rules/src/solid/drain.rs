//! Replicas on different nodes or zones, with a budget that lets drains go on.

use kai_graph::{Of, Solid, Workload};

use super::evidence::{Evidence, credit};
use crate::Context;
use crate::command::kubectl;

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let evidence = ctx.system.workloads().filter_map(|it| evidence(it, ctx)).collect();
    credit(evidence, "workload", ctx)
}

fn evidence<'a>(workload: Of<'a, Workload>, ctx: Context<'a>) -> Option<Evidence<'a>> {
    let replicas = *ctx.system.replicas_of(workload).value().filter(|it| **it >= 2)?;
    let topology = spread_over(workload.facts)?;
    let budget = ctx.system.guards(workload).into_iter().find(|it| it.evictable(replicas) > 0)?;
    let label = workload.component.label();
    Some(Evidence {
        component: workload.component,
        at: budget.component.origin,
        title: format!("`{label}` keeps {replicas} pods apart by {topology}; drains go on"),
        verify: kubectl(
            budget.component,
            format!(
                "get pdb {} -o jsonpath='{{.status.disruptionsAllowed}}'",
                budget.component.name
            ),
        ),
    })
}

/// What the pods are kept apart by, the widest first.
fn spread_over(workload: &Workload) -> Option<&'static str> {
    let placement = &workload.pod.placement;
    let labels = &workload.pod_labels;
    let apart: Vec<&str> = placement
        .spread
        .iter()
        .filter(|it| it.selector.as_ref().is_some_and(|it| it.matches(labels)))
        .map(|it| it.topology_key.as_str())
        .chain(
            placement
                .affinity
                .iter()
                .filter(|it| it.is_anti)
                .filter(|it| it.selector.as_ref().is_some_and(|it| it.matches(labels)))
                .map(|it| it.topology_key.as_str()),
        )
        .collect();
    if apart.iter().any(|it| it.ends_with("/zone")) {
        Some("zone")
    } else if apart.contains(&"kubernetes.io/hostname") {
        Some("node")
    } else {
        None
    }
}
