//! A run that is given up before the controller looks for it.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, Pillar, Term, Traced};
use kai_graph::{Of, Workload};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "start-deadline-too-short",
    pillar: Pillar::OperationalReadiness,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("start_deadline_too_short.md"),
    check: Check::Workload(check),
};

/// Seconds between two looks of the controller at what is due.
const LOOK: u32 = 10;

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let deadline = workload.batch.as_ref().and_then(|it| it.start_deadline.traced());
    if let Some(deadline) = deadline.filter(|it| it.value < LOOK) {
        out.push(hazard(workload, deadline, ctx));
    }
}

fn hazard(workload: Of<'_, Workload>, deadline: &Traced<u32>, ctx: Context<'_>) -> Hazard {
    let component = workload.component;
    let label = component.label();
    let message = format!(
        "`{label}` gives a run up that did not start within {} s, and the controller may look for it \
         only {LOOK} s later, so that it may never run at all",
        deadline.value
    );
    let is_backup = workload.backup_tool.is_some();
    let (mode, loss) = match is_backup {
        true => (FailureMode::DataLoss, LossClass::Irreversible),
        false => (FailureMode::Misconfigured, LossClass::Degraded),
    };
    RULE.worsens(component.id, mode, Term::Frequency, "deadline before the first look", message)
        .at(deadline.origin)
        .loses(loss)
        .shows_as(format!("Events of `{label}` say `MissSchedule`"))
        .recover(format!(
            "`{}`",
            kubectl(component, format!("create job --from={} by-hand", resource(component)))
        ))
        .remedy("Give it minutes: a run that starts late is better than none")
        .fix(
            ctx.set(deadline.origin, "startingDeadlineSeconds", 200)
                .map(|it| Fix::unsafely("Let a run start up to 200 s late", it)),
        )
        .verify(kubectl(
            component,
            format!("get {} -o jsonpath='{{.status.lastScheduleTime}}'", resource(component)),
        ))
}
