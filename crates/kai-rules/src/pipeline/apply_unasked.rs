//! Infrastructure of production that is changed without anybody having seen the plan.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Act, ActKind, BuildService, Event, Job, Of, Pipeline};

use super::service::{acts_in_production, doubt, is_open, may_ask, pushed};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "apply-unasked",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("apply_unasked.md"),
    check: Check::Pipeline(check),
};

fn check(pipeline: Of<'_, Pipeline>, ctx: Context<'_>, out: &mut Observed) {
    let by_itself = [Event::Push, Event::Schedule, Event::AfterRun, Event::Other];
    let is_pushed = pushed(pipeline.component, ctx).is_some();
    let jobs = pipeline.jobs.iter().filter(|it| {
        is_open(it)
            && acts_in_production(it, pipeline, ctx)
            && (pipeline.starts(it, &by_itself).is_some() || is_pushed)
    });
    let mut unasked: Vec<_> = jobs
        .filter_map(|job| {
            let act = job.changes().find(|(_, it)| it.kind == ActKind::ApplyUnasked)?.1;
            Some((job, act))
        })
        .collect();
    unasked.sort_by_key(|it| may_ask(it.0, pipeline.service));
    if !unasked.is_empty() {
        out.push(hazard(pipeline, &unasked));
    }
}

fn hazard(pipeline: Of<'_, Pipeline>, unasked: &[(&Job, &Act)]) -> Hazard {
    const SHOWN: usize = 3;
    let (job, act) = unasked[0];
    let name = &pipeline.component.name;
    let places = match unasked.len() {
        _ if job.name.is_empty() => "its steps".to_owned(),
        1 => format!("job `{}`", job.name),
        many => format!("{}, first in `{}`,", words::count(many, "job"), job.name),
    };
    let flag = flag(&act.what);
    let message = format!(
        "`{name}` runs `{}` with `{flag}` in {places} and no reviewer is asked: it makes a plan of its own \
         at that moment, so what is changed can differ from what was reviewed, down to a database that is replaced{}",
        act.what,
        doubt(job, pipeline.service),
    );
    let (asked, outside) = match pipeline.service {
        BuildService::GitlabCi => ("with `when: manual`", "a manual job"),
        BuildService::CloudBuild => {
            ("of a build whose trigger has `approval_required`", "a trigger that asks")
        }
        _ => ("with an `environment:` whose reviewers say yes", "a job with an environment"),
    };
    let hazard = RULE
        .worsens(
            pipeline.component.id,
            FailureMode::Rollout,
            Term::Frequency,
            "infrastructure applied unseen",
            message,
        )
        .at(act.origin)
        .loses(if may_ask(job, pipeline.service) { LossClass::Toil } else { LossClass::Degraded })
        .shows_as("Resources in the log of the run that were not in the plan of the pull request")
        .recover(
            "Revert the change and apply again; what was destroyed comes back from its backup only",
        )
        .remedy(format!("{}, in a job {asked}", saved(&act.what)))
        .verify(format!("grep -n -e '{flag}' {name} # none outside of {outside}"));
    unasked[1..].iter().take(SHOWN - 1).fold(hazard, |hazard, (job, act)| {
        hazard.related(act.origin, format!("`{}` does the same", job.name))
    })
}

/// How the tool is told to ask nobody.
fn flag(what: &str) -> &'static str {
    match what.split(' ').next() {
        Some("pulumi") => "--yes",
        Some("cdk") => "--require-approval never",
        _ => "-auto-approve",
    }
}

/// How what was reviewed is what is applied.
fn saved(what: &str) -> &'static str {
    match what.split(' ').next() {
        Some("pulumi") => {
            "Save what the reviewed preview said (`pulumi preview --save-plan`) and apply that (`pulumi up --plan`)"
        }
        Some("cdk") => {
            "Make the change set that is reviewed (`cdk deploy --method=prepare-change-set`) and execute that one"
        }
        _ => "Save the reviewed plan (`plan -out`) and apply that file",
    }
}
