//! Texts of strangers that become part of a script.

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, SmolStr, Term};
use kai_graph::{Job, Of, Pipeline, Trigger};

use super::handed_over::handed_over;
use super::service::{doubt, may_ask};
use super::strangers::{is_guarded, powers, trigger};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "script-injection",
    pillar: Pillar::Security,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("script_injection.md"),
    check: Check::Pipeline(check),
};

fn check(pipeline: Of<'_, Pipeline>, ctx: Context<'_>, out: &mut Observed) {
    let Some(trigger) = trigger(pipeline.facts) else { return };
    let jobs = pipeline.jobs.iter().filter(|it| it.has_power() && !is_guarded(it, pipeline.facts));
    for job in jobs {
        let pasted = job.steps.iter().flat_map(|it| &it.pasted).next();
        out.hazards
            .extend(pasted.map(|it| hazard(pipeline, trigger, job, it).fix(handed_over(job, ctx))));
    }
}

fn hazard(
    pipeline: Of<'_, Pipeline>,
    trigger: &Trigger,
    job: &Job,
    (text, at): &(SmolStr, OriginId),
) -> Hazard {
    let message = format!(
        "`{}` pastes `{text}` into a script before a shell reads it, with {}: whoever writes that text runs \
         commands there{}",
        job.name,
        powers(job),
        doubt(job, pipeline.service),
    );
    RULE.worsens(
        pipeline.component.id,
        FailureMode::Compromise,
        Term::Loss,
        "a stranger's text becomes a script",
        message,
    )
    .at(*at)
    .related(trigger.origin, "anybody can cause it")
    .loses(if may_ask(job, pipeline.service) { LossClass::Degraded } else { LossClass::Compromise })
    .shows_as("Titles, comments or names of branches with `$(`, backticks or quotes in them")
    .recover("Disable the workflow, then rotate every secret that it can read")
    .remedy(format!("Hand `{text}` over in `env:` and quote the variable in the script"))
    .verify(format!("grep -n '{text}' {} # only below env:", pipeline.component.name))
}
