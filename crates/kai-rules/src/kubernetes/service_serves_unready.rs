//! A Service that leads users to pods that say they are not ready.

use kai_core::{FailureMode, Fix, Level, LossClass, Pillar, Scalar, Term};
use kai_graph::{NetworkPath, Of};
use kai_syntax::edit;

use crate::command::field;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "service-serves-unready",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("service_serves_unready.md"),
    check: Check::Path(check),
};

fn check(path: Of<'_, NetworkPath>, ctx: Context<'_>, out: &mut Observed) {
    let Some(publish) = path.facts.publish_not_ready.traced().filter(|it| it.value) else { return };
    let component = path.component;
    let journeys = ctx.journeys_that_need(component.id);
    // Members of a cluster must find each other before they are ready.
    if path.facts.is_headless || journeys.is_empty() {
        return;
    }
    let label = component.label();
    let message = format!(
        "`{label}` leads to pods that are not ready, and {} {} through it; requests fail at every \
         start, and readiness takes no pod out of traffic",
        words::list(&journeys),
        if journeys.len() == 1 { "goes" } else { "go" },
    );
    let fix = edit::replace_scalar(ctx.origins, publish.origin, &Scalar::bool(false))
        .map(|edit| Fix::unsafely("Lead to ready pods only", vec![edit]));
    out.push(
        RULE.worsens(
            component.id,
            FailureMode::Rollout,
            Term::Impact,
            "leads to pods that are not ready",
            message,
        )
        .at(publish.origin)
        .loses(LossClass::Degraded)
        .impact(0.5)
        .shows_as(format!("Requests through `{label}` fail while pods start, at every release"))
        .recover("By itself when all pods are ready")
        .remedy("Take `publishNotReadyAddresses` out; give members a headless Service of their own")
        .fix(fix)
        .verify(field(component, ".spec.publishNotReadyAddresses")),
    );
}
