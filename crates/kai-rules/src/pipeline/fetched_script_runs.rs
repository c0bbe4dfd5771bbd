//! What an address answers with, run in the pipeline that deploys.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, SmolStr, Term};
use kai_graph::{ActKind, Event, Facts, Job, Pipeline, Trigger};

use super::places::{Place, Places, beside, files};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "fetched-script-runs",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("fetched_script_runs.md"),
    check: Check::System(check),
};

/// One finding for each address: the same line stands in many pipelines.
fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut places = Places::default();
    for component in ctx.system.components() {
        let Facts::Pipeline(pipeline) = &component.facts else { continue };
        for (_, step) in pipeline.steps().filter(|(job, _)| matters(job, pipeline)) {
            for act in step.acts.iter().filter(|it| it.kind == ActKind::RunFetched) {
                places.add(&act.what, component, act.origin, ctx);
            }
        }
    }
    out.hazards.extend(places.each().map(|(address, places)| hazard(address, places)));
}

/// True where a deployment waits for the job; where nothing is deployed, where it has something to lose.
fn matters(job: &Job, pipeline: &Pipeline) -> bool {
    let mut deploys = pipeline.jobs.iter().filter(|it| it.changes().next().is_some()).peekable();
    match deploys.peek() {
        Some(_) => deploys.any(|it| is_beside(job, it)),
        None => job.has_power(),
    }
}

/// True where one run may hold both.
fn is_beside(job: &Job, deploy: &Job) -> bool {
    let shares = |it: &Trigger| match it.event {
        // Somebody starts it in whatever run, but hardly in one for a proposal.
        Event::Manual => job.triggers.iter().any(|it| it.event != Event::Proposal),
        _ => job.triggers.iter().any(|own| own.name == it.name),
    };
    job.triggers.is_empty() || deploy.triggers.iter().any(shares)
}

fn hazard(address: &SmolStr, places: &[Place<'_>]) -> Hazard {
    let (component, at) = (places[0].component, places[0].at);
    let files = files(places);
    let (verb, has) = if files.len() == 1 { ("runs", "it has") } else { ("run", "they have") };
    let deploys = places.iter().any(|it| match &it.component.facts {
        Facts::Pipeline(it) => it.jobs.iter().any(|it| it.changes().next().is_some()),
        _ => false,
    });
    let away = match deploys {
        true => "nothing is deployed, no fix and no way back either",
        false => "every run fails",
    };
    let message = format!(
        "{} {verb} whatever `{address}` answers with, with all that {has}: while it is away {away}, and whoever \
         takes it over has what the pipeline may do",
        words::list(&files),
    );
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::Compromise,
            Term::Frequency,
            "code from the network in the pipeline",
            message,
        )
        .at(at)
        .loses(LossClass::Degraded)
        .shows_as("Runs that fail at this step, all at once; or nothing at all")
        .recover("Take the tool from a copy (an image, a release by checksum), and run again")
        .remedy("Take an action for it that is pinned to a revision, build the tool into the image of the step, or fetch one version and compare its checksum")
        .verify(format!("grep -nF '{address}' {} # nothing, or a checksum is compared beside it", files.join(" ")));
    beside(hazard, places, "runs")
}
