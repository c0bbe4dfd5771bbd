//! A Deployment whose manifest says that nothing shall be rolled out.

use kai_core::{FailureMode, Fix, Level, LossClass, Pillar, Role, Term};
use kai_graph::{Controller, Of, Workload};

use crate::command::{field, kubectl, resource};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "rollout-paused",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("rollout_paused.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    if !matches!(workload.controller, Controller::Deployment | Controller::Rollout) {
        return;
    }
    let Some(paused) = workload.is_suspended.traced().filter(|it| it.value) else { return };
    if ctx.origins.role(paused.origin) == Role::ApiDefault {
        return;
    }
    let component = workload.component;
    let label = component.label();
    let message = format!(
        "`{label}` is paused; whatever is released of it, a security fix too, stays in the manifest \
         and its pods go on with what they run"
    );
    out.push(
        RULE.worsens(
            component.id,
            FailureMode::ControlLoss,
            Term::Frequency,
            "releases do not reach its pods",
            message,
        )
        .at(paused.origin)
        .loses(LossClass::Toil)
        .shows_as(format!("`kube_{}_spec_paused` of `{}` is 1", kind(component), component.name))
        .recover(format!(
            "`{}`, then see what is rolled out",
            kubectl(component, format!("rollout resume {}", resource(component)))
        ))
        .remedy("Take `paused` out of the manifest; a pause belongs to the hands that made it")
        .fix(
            ctx.set_flag(paused.origin, "paused", false)
                .map(|edits| Fix::unsafely("Let releases go on", edits)),
        )
        .verify(field(component, ".spec.paused")),
    );
}

fn kind(component: &kai_graph::Component) -> String {
    component.native_kind.to_lowercase()
}
