//! Rollouts that add pods, ask them whether they can serve, and only then take old ones away.

use kai_core::all;
use kai_graph::{Of, Solid, Strategy, Workload};

use super::evidence::{Evidence, credit_workloads};
use crate::Context;
use crate::command::field;

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let evidence = ctx.system.workloads().filter_map(|it| evidence(it, ctx)).collect();
    credit_workloads(evidence, ctx)
}

fn evidence<'a>(workload: Of<'a, Workload>, ctx: Context<'a>) -> Option<Evidence<'a>> {
    let component = workload.component;
    let facts: &Workload = workload.facts;
    let replicas = *ctx.system.replicas_of(workload).value().filter(|it| **it >= 2)?;
    let is_rolling = facts.rollout.strategy.value() == Some(&Strategy::RollingUpdate);
    let surge = facts.rollout.max_surge.value()?.of_rounded_up(replicas);
    let lost = facts.rollout.max_unavailable.value()?.of_rounded_down(replicas);
    let probe = facts.pod.containers.iter().find_map(|it| it.readiness.as_ref())?;
    let is_needed = || !ctx.journeys_that_need(component.id).is_empty();
    (is_rolling && surge > 0 && lost == 0 && is_needed()).then(|| Evidence {
        component,
        at: probe.origin,
        title: format!(
            "`{}` keeps {} pods through a rollout until new ones are ready",
            component.label(),
            all(replicas as usize),
        ),
        verify: field(component, ".spec.strategy.rollingUpdate"),
    })
}
