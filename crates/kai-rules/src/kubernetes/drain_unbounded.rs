//! Several pods of a journey, or of what lets pods in, of which a drain may take all.

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Component, Controller, DependencyKind, Facts, Of, Workload};

use super::webhook_fails_closed::answering;
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
    let Some(replicas) = ctx.system.replicas_of(workload).traced().copied() else { return };
    // One pod has nothing that a budget could keep; an operator keeps budgets of its own.
    if replicas.value < 2 || !ctx.system.guards(workload).is_empty() {
        return;
    }
    let Some(scope) = ctx.none_of(component, "PodDisruptionBudget") else { return };
    let hazard = match ctx.journeys_that_need(component.id).is_empty() {
        false => Some(hazard(workload, replicas.value, replicas.origin, &ctx.stops(component.id))),
        true => gate(workload, ctx).map(|webhook| {
            let stop = format!(
                "the API refuses every pod that `{}` is asked about, those that the drain makes anew too",
                webhook.label()
            );
            let at = webhook.origin;
            hazard(workload, replicas.value, replicas.origin, &stop).related(at, "is asked about pods")
        }),
    };
    out.hazards.extend(hazard.map(|it| it.searched(scope)));
}

/// The webhook without whose answer, which the workload gives, no pod is made.
fn gate<'a>(workload: Of<'_, Workload>, ctx: Context<'a>) -> Option<&'a Component> {
    let id = workload.component.id;
    let paths = ctx.sources(id, DependencyKind::Routes).map(|it| it.id);
    let asked = std::iter::once(id).chain(paths).flat_map(|it| {
        ctx.sources(it, DependencyKind::AskedBy).chain(ctx.targets(it, DependencyKind::AskedBy))
    });
    let is_gate = |it: &&Component| match &it.facts {
        Facts::Webhook(webhook) => webhook.hooks.iter().any(|hook| {
            let is_closed = hook.fails_closed.value() == Some(&true) && hook.guards_new_pods;
            is_closed && answering(it, hook, ctx).any(|it| it.component.id == id)
        }),
        _ => false,
    };
    asked.into_iter().find(is_gate)
}

fn hazard(workload: Of<'_, Workload>, replicas: u32, at: OriginId, stop: &str) -> Hazard {
    let component = workload.component;
    let (label, name) = (component.label(), &component.name);
    let message = format!(
        "No disruption budget guards the {replicas} pods of `{label}`; when several nodes are drained \
         at once, or all pods sit on one, an upgrade evicts them together and {stop}",
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
