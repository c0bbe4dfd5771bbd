//! Failed runs that are deleted with what they said.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, Pillar, Term, Traced};
use kai_graph::{Of, Workload};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "failures-leave-no-trace",
    pillar: Pillar::Observability,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("failures_leave_no_trace.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let kept = workload.batch.as_ref().and_then(|it| it.failures_kept.traced());
    if let Some(kept) = kept.filter(|it| it.value == 0) {
        out.push(hazard(workload, kept, ctx));
    }
}

fn hazard(workload: Of<'_, Workload>, kept: &Traced<u32>, ctx: Context<'_>) -> Hazard {
    let component = workload.component;
    let label = component.label();
    let message = format!(
        "A failed run of `{label}` is deleted at once with its pod and log (`failedJobsHistoryLimit: 0`): \
         `kube_job_failed` is never seen, and nobody can read why it failed"
    );
    RULE.worsens(
        component.id,
        FailureMode::Misconfigured,
        Term::TimeToDetect,
        "failures leave no trace",
        message,
    )
    .at(kept.origin)
    .loses(LossClass::Toil)
    .shows_as(format!("`lastSuccessfulTime` of `{label}` stands still"))
    .recover(format!(
        "`{}`, and watch it",
        kubectl(component, format!("create job --from={} by-hand", resource(component)))
    ))
    .remedy("Keep at least one failed run")
    .fix(
        ctx.set(kept.origin, "failedJobsHistoryLimit", 1)
            .map(|it| Fix::safely("Keep one failed run", it)),
    )
    .verify(kubectl(
        component,
        format!("get {} -o jsonpath='{{.spec.failedJobsHistoryLimit}}'", resource(component)),
    ))
}
