//! A rollout that is given up while its pods may still be starting.

use kai_core::{FailureMode, Fix, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Container, Controller, Of, Workload};

use crate::command::field;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "deadline-before-start",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("deadline_before_start.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    if !matches!(workload.controller, Controller::Deployment | Controller::Rollout) {
        return;
    }
    let Some(deadline) = workload.rollout.progress_deadline.traced() else { return };
    let Some(start) = workload.pod.containers.iter().filter_map(start).max_by_key(|it| it.0) else {
        return;
    };
    let settle = workload.rollout.min_ready.value().copied().unwrap_or_default();
    let (seconds, at) = (start.0.saturating_add(settle), start.1);
    if seconds <= deadline.value {
        return;
    }
    let component = workload.component;
    let label = component.label();
    let settling = if settle > 0 { format!(" and {settle} s to settle") } else { String::new() };
    let message = format!(
        "A pod of `{label}` has {} s to start{settling}, and a rollout counts as failed after {} s \
         without progress; a slow start stops the pipeline or triggers a rollback of a good release",
        start.0, deadline.value,
    );
    let wanted = seconds.saturating_add(60);
    let fix = ctx
        .set(deadline.origin, "progressDeadlineSeconds", wanted)
        .map(|edits| Fix::unsafely("Wait as long as a start may take", edits));
    out.push(
        RULE.worsens(
            component.id,
            FailureMode::Rollout,
            Term::Frequency,
            "given up while it starts",
            message,
        )
        .at(deadline.origin)
        .related(at, "as long may it take to start")
        .impact(0.0)
        .loses(LossClass::Toil)
        .shows_as(format!(
            "Condition `Progressing` of `{label}` is false: `ProgressDeadlineExceeded`"
        ))
        .recover("Wait: the pods go on starting, and the condition becomes true again")
        .remedy(format!(
            "Say `progressDeadlineSeconds: {wanted}` or more, or allow less time to start"
        ))
        .fix(fix)
        .verify(field(component, ".spec.progressDeadlineSeconds")),
    );
}

/// The seconds that a container may take until it must be ready, where a probe says so.
fn start(container: &Container) -> Option<(u32, OriginId)> {
    let probe = container.startup.as_ref()?;
    let delay = *probe.initial_delay.value()?;
    Some((delay.saturating_add(probe.patience()?), probe.origin))
}
