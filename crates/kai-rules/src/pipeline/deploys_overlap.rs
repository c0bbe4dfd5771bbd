//! Deployments that may run beside each other.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Act, ActKind, BuildService, Event, Job, Of, Pipeline, Trigger};

use super::service::acts_in_production;
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
    if pipeline.concurrency.is_some() {
        return;
    }
    let found = pipeline.jobs.iter().find_map(|job| {
        let trigger = pipeline.starts(job, &[Event::Push])?;
        let is_open = may_overlap(job, pipeline.service) && acts_in_production(job, pipeline, ctx);
        let act = job.changes().next().filter(|_| is_open)?.1;
        Some((trigger, job, act))
    });
    if let Some((trigger, job, act)) = found {
        let fix = in_turn(pipeline, job, ctx);
        out.push(hazard(pipeline, trigger, job, act).fix(fix));
    }
}

/// One group for the runs of a branch: a matrix of a job whose parts share one would cancel itself.
fn in_turn(pipeline: Of<'_, Pipeline>, job: &Job, ctx: Context<'_>) -> Option<Fix> {
    let edits = match pipeline.service {
        BuildService::GithubActions => {
            let group = "{ group: \"${{ github.workflow }}-${{ github.ref }}\" }";
            ctx.insert(pipeline.facts.written, "concurrency", group)
        }
        BuildService::GitlabCi => ctx.insert(job.written, "resource_group", "production"),
        _ => None,
    };
    Some(Fix::unsafely("Let one deployment wait for the other", edits?))
}

/// True where the text could say that one waits for the other, and does not.
fn may_overlap(job: &Job, service: BuildService) -> bool {
    job.concurrency.is_none()
        && match service {
            BuildService::GithubActions => true,
            // Unless a setting says otherwise, GitLab drops what is older than the last deployment to
            // an environment; what names none is not compared.
            BuildService::GitlabCi => job.environment.is_none(),
            // Others keep it in settings that nobody reads here.
            _ => false,
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
    let (remedy, word) = match pipeline.service {
        BuildService::GitlabCi => (
            "Say `resource_group: production` in the job, and give that the process mode `oldest_first`: one deploys \
             at a time, in the order of the pushes",
            "resource_group",
        ),
        _ => (
            "Say `concurrency: { group: \"${{ github.workflow }}-${{ github.ref }}\" }` for the whole workflow, without \
             `cancel-in-progress`",
            "concurrency",
        ),
    };
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
    .remedy(remedy)
    .verify(format!("grep -n '{word}' {name}"))
}
