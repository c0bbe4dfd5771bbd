//! A run that hangs, and after which there is no other one.

use std::time::Duration;

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, Pillar, SmolStr, Term, Traced};
use kai_graph::{Batch, Controller, Dialect, Of, Schedule, Workload};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "run-blocks-next",
    pillar: Pillar::OperationalReadiness,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("run_blocks_next.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let Some(batch) = workload.batch.as_ref() else { return };
    if workload.controller != Controller::CronJob || !batch.run_deadline.is_not_declared() {
        return;
    }
    let Some(policy) = batch.concurrency.traced().filter(|it| it.value == "Forbid") else { return };
    let Some((schedule, _)) = &workload.schedule else { return };
    let Ok(schedule) = Schedule::parse(schedule, Dialect::Crontab) else { return };
    if let Some((interval, _)) = schedule.gaps() {
        out.push(hazard(workload, batch, policy, interval, ctx));
    }
}

fn hazard(
    workload: Of<'_, Workload>,
    batch: &Batch,
    policy: &Traced<SmolStr>,
    interval: Duration,
    ctx: Context<'_>,
) -> Hazard {
    let component = workload.component;
    let label = component.label();
    let tool = workload.backup_tool.as_ref().map(|it| it.0.as_str());
    let what = tool.map_or_else(|| "run".to_string(), |it| format!("run of {it}"));
    let message = format!(
        "A {what} of `{label}` that hangs is never stopped, and `concurrencyPolicy: Forbid` lets no \
         other one start: nothing fails, and nothing runs any more"
    );
    let hazard = match tool {
        Some(_) => RULE
            .worsens(
                component.id,
                FailureMode::DataLoss,
                Term::Loss,
                "a stuck backup is the last",
                message,
            )
            .loses(LossClass::Degraded),
        None => RULE
            .worsens(
                component.id,
                FailureMode::Misconfigured,
                Term::TimeToDetect,
                "a stuck run is the last",
                message,
            )
            .loses(LossClass::Toil),
    };
    hazard
        .at(policy.origin)
        .related(batch.job_origin, "no `activeDeadlineSeconds`")
        .shows_as(format!("A pod of `{label}` older than {}", words::time(interval)))
        .recover(format!("`{}`, then delete the job that hangs", kubectl(component, "get jobs")))
        .remedy(
            "Give a run an end: `activeDeadlineSeconds` of the job, no longer than one interval",
        )
        .fix(deadline(batch, interval, ctx))
        .verify(kubectl(
            component,
            format!(
                "get {} -o jsonpath='{{.spec.jobTemplate.spec.activeDeadlineSeconds}}'",
                resource(component)
            ),
        ))
}

/// As long as it may take until the next one is due.
fn deadline(batch: &Batch, interval: Duration, ctx: Context<'_>) -> Option<Fix> {
    let edits =
        ctx.insert(batch.job_origin, "activeDeadlineSeconds", &interval.as_secs().to_string())?;
    Some(Fix::unsafely("Stop a run when the next one is due", edits))
}
