//! New versions that never arrive, because no pod may go first and none more finds room.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Component, Controller, Of, Strategy, Workload};

use crate::command::{kubectl, resource};
use crate::{Case, Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "rollout-surge-no-room",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("rollout_surge_no_room.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let component = workload.component;
    if let Some(played) = ctx.verdict(component.id, |it| *it == Case::RolloutStuck) {
        out.push(hazard(component, &played.reason).fix(fix(&workload, ctx)));
    }
}

/// Of three pods and more most stay.
fn fix(workload: &Workload, ctx: Context<'_>) -> Option<Fix> {
    let is_rolling = workload.controller == Controller::Deployment
        && workload.rollout.strategy.value() == Some(&Strategy::RollingUpdate);
    let has_spare = workload.replicas.value().is_some_and(|it| *it > 2);
    let unavailable = workload.rollout.max_unavailable.traced()?;
    let edits = (is_rolling && has_spare)
        .then(|| ctx.set(unavailable.origin, "strategy.rollingUpdate.maxUnavailable", 1))??;
    Some(Fix::unsafely("Let one pod go first", edits))
}

fn hazard(component: &Component, reason: &str) -> Hazard {
    let label = component.label();
    let message = format!(
        "A rollout of `{label}` may take none of its pods away before a new one is ready, and none of \
         the nodes that `kai.yaml` declares takes a new one (`{reason}`), however the others were \
         placed; the old version goes on, and a fix does not arrive either"
    );
    RULE.worsens(
        component.id,
        FailureMode::Rollout,
        Term::Impact,
        "a rollout finds no room for its first pod",
        message,
    )
    .at(component.origin)
    .loses(LossClass::Degraded)
    .shows_as(format!("`{label}` reports `ProgressDeadlineExceeded`, and its new pod is Pending"))
    .recover("Add a node, or take room from what can wait; then the rollout goes on by itself")
    .remedy(
        "Keep room for one more of its pods, or let one go first (`maxUnavailable: 1`) where it has \
         more than it needs",
    )
    .verify(kubectl(
        component,
        format!("rollout status {} --timeout=5m", resource(component)),
    ))
}
