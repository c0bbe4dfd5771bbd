//! Code that a stranger proposes, run with rights that only the repository should have.

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Job, Of, Pipeline, Step, Trigger};

use super::service::{doubt, may_ask};
use super::strangers::{is_guarded, powers, trigger};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "strangers-hold-secrets",
    pillar: Pillar::Security,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("strangers_hold_secrets.md"),
    check: Check::Pipeline(check),
};

fn check(pipeline: Of<'_, Pipeline>, _: Context<'_>, out: &mut Observed) {
    let Some(trigger) = trigger(pipeline.facts) else { return };
    for job in pipeline.jobs.iter().filter(|it| it.has_power()) {
        if !is_guarded(job, pipeline.facts)
            && let Some((taken, run)) = strange_run(job)
        {
            out.push(hazard(pipeline, trigger, job, taken, run));
        }
    }
}

/// Where a job takes a stranger's code, and the step that runs it.
fn strange_run(job: &Job) -> Option<(OriginId, &Step)> {
    let mut taken = None;
    job.steps.iter().find_map(|step| {
        taken = taken.or(step.strange_code);
        taken.filter(|_| step.runs_code).map(|at| (at, step))
    })
}

fn hazard(
    pipeline: Of<'_, Pipeline>,
    trigger: &Trigger,
    job: &Job,
    taken: OriginId,
    run: &Step,
) -> Hazard {
    let message = format!(
        "`{}` checks out the code of whoever causes `{}` and runs it, with {}: a pull request from a fork is \
         enough to take them{}",
        job.name,
        trigger.name,
        powers(job),
        doubt(job, pipeline.service),
    );
    RULE.worsens(
        pipeline.component.id,
        FailureMode::Compromise,
        Term::Loss,
        "strangers' code runs with secrets",
        message,
    )
    .at(taken)
    .related(trigger.origin, "what starts it runs with the rights of the repository")
    .related(run.origin, "runs what was checked out")
    .loses(if may_ask(job, pipeline.service) { LossClass::Degraded } else { LossClass::Compromise })
    .shows_as(format!("Runs of `{}` that were started by people from outside", pipeline.component.name))
    .recover("Disable the workflow, then rotate every secret that it can read")
    .remedy(
        "Build proposals with `pull_request`, which gets no secrets; what needs one runs afterwards and takes \
         no code from them",
    )
    .verify(format!("grep -nE 'pull_request_target|workflow_run|ref:' {}", pipeline.component.name))
}
