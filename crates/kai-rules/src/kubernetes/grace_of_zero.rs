//! Pods that are killed without being told to stop.

use kai_core::{FailureMode, Fix, Level, LossClass, Pillar, Term};
use kai_graph::{Controller, Of, Workload};

use crate::command::field;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "grace-of-zero",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("grace_of_zero.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let Some(grace) = workload.pod.termination_grace.traced().filter(|it| it.value == 0) else {
        return;
    };
    let component = workload.component;
    let journeys = ctx.journeys_that_need(component.id);
    let holds_state = !workload.claim_templates.is_empty() || workload.engine.is_some();
    let is_set = workload.controller == Controller::StatefulSet;
    if !workload.is_rescheduled() || (journeys.is_empty() && !holds_state && !is_set) {
        return;
    }
    let label = component.label();
    let consequence = if is_set {
        "its replacement may start while it still runs on a node that is cut off, and both write"
            .to_string()
    } else if journeys.is_empty() {
        "what it was writing is cut off".to_string()
    } else {
        format!("requests of {} in flight fail at every release and drain", words::list(&journeys))
    };
    let message =
        format!("Pods of `{label}` are killed at once, without being told to stop; {consequence}");
    let fix = ctx
        .set(grace.origin, "terminationGracePeriodSeconds", 30)
        .map(|edits| Fix::unsafely("Grant the usual time to stop", edits));
    out.push(
        RULE.worsens(
            component.id,
            FailureMode::Rollout,
            Term::Impact,
            "killed without warning",
            message,
        )
        .at(grace.origin)
        .loses(LossClass::Degraded)
        .impact(0.05 * workload.share_of_one_pod())
        .shows_as(format!("Containers of `{label}` end with exit code 137 at every release"))
        .recover("Let clients retry; check files and queues for half of a record")
        .remedy("Grant as long as a request or a flush takes, 30 s where nobody knows")
        .fix(fix)
        .verify(field(component, ".spec.template.spec.terminationGracePeriodSeconds")),
    );
}
