//! Several pods of a journey of which a drain may take all.

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Controller, Of, Workload};

use crate::command::kubectl;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "drain-unbounded",
    pillar: Pillar::OperationalReadiness,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("drain_unbounded.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let replicated = [Controller::Deployment, Controller::StatefulSet, Controller::Rollout];
    if !replicated.contains(&workload.controller) {
        return;
    }
    let component = workload.component;
    let journeys = ctx.journeys_that_need(component.id);
    let Some(replicas) = ctx.system.replicas_of(workload).traced().copied() else { return };
    // One pod has nothing that a budget could keep; an operator keeps budgets of its own.
    if journeys.is_empty() || replicas.value < 2 || !ctx.system.guards(workload).is_empty() {
        return;
    }
    if let Some(scope) = ctx.none_of(component, "PodDisruptionBudget") {
        out.push(hazard(workload, replicas.value, replicas.origin, ctx).searched(scope));
    }
}

fn hazard(workload: Of<'_, Workload>, replicas: u32, at: OriginId, ctx: Context<'_>) -> Hazard {
    let component = workload.component;
    let (label, name) = (component.label(), &component.name);
    let message = format!(
        "No disruption budget guards the {replicas} pods of `{label}`; when several nodes are drained \
         at once, or all pods sit on one, an upgrade evicts them together and {}",
        ctx.stops(component.id),
    );
    RULE.worsens(
        component.id,
        FailureMode::NodeDrain,
        Term::Frequency,
        "a drain may take every pod",
        message,
    )
    .at(at)
    .loses(LossClass::Degraded)
    .shows_as(format!("Available replicas of `{label}` fall to zero during an upgrade of nodes"))
    .recover("By itself, when the new pods are ready; stop the upgrade meanwhile")
    .remedy(format!("Add a budget with `maxUnavailable: 1` over the pods of `{label}`"))
    .verify(kubectl(component, format!("get pdb # one that allows 1 disruption of {name}")))
}
