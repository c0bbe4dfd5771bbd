//! A liveness probe that asks another system.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Component, Dependency, DependencyKind, Of, Workload};

use crate::command::{field, scale};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "liveness-calls-dependency",
    pillar: Pillar::OperationalReadiness,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("liveness_calls_dependency.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let arrows = ctx.system.needs(workload.component.id).iter();
    for arrow in arrows.filter(|it| it.kind == DependencyKind::LivesBy) {
        out.push(hazard(workload, ctx.system.component(arrow.target), arrow, ctx));
    }
}

fn hazard(
    workload: Of<'_, Workload>,
    asked: &Component,
    arrow: &Dependency,
    ctx: Context<'_>,
) -> Hazard {
    let component = workload.component;
    let (label, other) = (component.label(), asked.label());
    let message = format!(
        "Liveness of `{label}` asks `{other}`; while that is away or slow, the kubelet restarts every \
         pod of `{label}` again and again, and when it is back they all start and connect at once"
    );
    RULE.worsens(
        component.id,
        FailureMode::DependencyLoss,
        Term::TimeToRecover,
        "restarted when another system is away",
        message,
    )
    .at(arrow.origin)
    .related(asked.origin, "asked by the probe")
    .loses(LossClass::Outage)
    .shows_as(format!(
        "Restarts of `{label}` grow while `{other}` is away: `Liveness probe failed`"
    ))
    .recover(format!(
        "Bring `{other}` back; if the restarts keep it down, {} and add pods slowly",
        scale(component, ctx, "1"),
    ))
    .remedy(format!(
        "Let liveness ask only what a restart of `{}` can mend; what depends on `{other}` belongs \
         into readiness, if anywhere",
        component.name
    ))
    .verify(field(component, ".spec.template.spec.containers[*].livenessProbe"))
}
