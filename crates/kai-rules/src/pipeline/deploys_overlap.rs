//! Deployments that may run beside each other.

use kai_core::{Environment, FailureMode, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Act, ActKind, BuildService, Event, Job, Of, Pipeline, Trigger};

use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "deploys-overlap",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("deploys_overlap.md"),
    check: Check::Pipeline(check),
};

fn check(pipeline: Of<'_, Pipeline>, ctx: Context<'_>, out: &mut Observed) {
    let is_production =
        ctx.system.root(pipeline.component.root).environment == Environment::Production;
    // Other services keep it in settings that nobody reads here.
    let can_say = pipeline.service == BuildService::GithubActions && pipeline.concurrency.is_none();
    let Some(trigger) = pipeline.started_by(&[Event::Push]).filter(|_| is_production && can_say)
    else {
        return;
    };
    let mut jobs = pipeline.jobs.iter().filter(|it| it.concurrency.is_none());
    let found = jobs.find_map(|job| Some((job, job.changes().next()?.1)));
    if let Some((job, act)) = found {
        out.push(hazard(pipeline, trigger, job, act));
    }
}

fn hazard(pipeline: Of<'_, Pipeline>, trigger: &Trigger, job: &Job, act: &Act) -> Hazard {
    let name = &pipeline.component.name;
    let locked = match act.kind {
        ActKind::Deploy => "",
        _ => " (the lock of a state keeps two applies apart, not two runs of several states)",
    };
    let message = format!(
        "Two runs of `{name}` for two pushes run `{}` beside each other: `{}` of the older one may come last, and \
         the older version stays{locked}",
        act.what, job.name,
    );
    RULE.worsens(
        pipeline.component.id,
        FailureMode::Rollout,
        Term::Frequency,
        "deploys may overtake each other",
        message,
    )
    .at(job.origin)
    .related(act.origin, format!("`{}`", act.what))
    .related(trigger.origin, "every push starts a run")
    .loses(LossClass::Degraded)
    .shows_as("What runs is not what the newest commit says, and the newest run is green")
    .recover("Run the pipeline of the newest commit again")
    .remedy("Say `concurrency: { group: deploy-production }`, without `cancel-in-progress`")
    .verify(format!("grep -n 'concurrency' {name}"))
}
