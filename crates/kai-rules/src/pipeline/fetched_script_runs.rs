//! What an address answers with, run in the pipeline that deploys.

use std::collections::BTreeMap;

use kai_core::{FailureMode, Hazard, Level, LocationRole, LossClass, Pillar, SmolStr, Term};
use kai_graph::{Act, ActKind, Component, Facts, Job, Pipeline};

use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "fetched-script-runs",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("fetched_script_runs.md"),
    check: Check::System(check),
};

type Place<'a> = (&'a Component, &'a Act);

/// One finding for each address: the same line stands in many pipelines.
fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut places: BTreeMap<(kai_core::Environment, &SmolStr), Vec<Place<'_>>> = BTreeMap::new();
    let place = |at| ctx.origins.location(at, LocationRole::Primary);
    for component in ctx.system.components() {
        let Facts::Pipeline(pipeline) = &component.facts else { continue };
        let environment = ctx.system.root(component.root).environment;
        for (_, step) in pipeline.steps().filter(|(job, _)| matters(job, pipeline)) {
            let fetched = step.acts.iter().filter(|it| it.kind == ActKind::RunFetched);
            for act in fetched {
                let known = places.entry((environment, &act.what)).or_default();
                // A workflow that others call is part of each of them.
                if !known.iter().any(|it| place(it.1.origin) == place(act.origin)) {
                    known.push((component, act));
                }
            }
        }
    }
    for ((_, address), places) in places {
        out.push(hazard(address, &places));
    }
}

/// True where the job has something to lose, or a deployment waits for it.
fn matters(job: &Job, pipeline: &Pipeline) -> bool {
    job.has_power() || pipeline.jobs.iter().any(|it| it.changes().next().is_some())
}

fn hazard(address: &SmolStr, places: &[Place<'_>]) -> Hazard {
    const SHOWN: usize = 6;
    let (component, act) = places[0];
    let mut names: Vec<&str> = places.iter().map(|it| it.0.name.as_str()).collect();
    names.dedup();
    let (verb, has) = if names.len() == 1 { ("runs", "it has") } else { ("run", "they have") };
    let deploys = places.iter().any(|(component, _)| match &component.facts {
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
        words::list(&names),
    );
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::Compromise,
            Term::Frequency,
            "a script from the network in the pipeline",
            message,
        )
        .at(act.origin)
        .loses(LossClass::Degraded)
        .shows_as("Runs that fail at this step, all at once; or nothing at all")
        .recover("Take the tool from a copy (an image, a release by checksum), and run again")
        .remedy("Build the tool into the image of the step, or fetch one version and compare its checksum")
        .verify(format!("grep -nE '(curl|wget).*\\|' {}", component.name));
    places[1..].iter().take(SHOWN - 1).fold(hazard, |hazard, (component, act)| {
        hazard.related(act.origin, format!("`{}` runs it as well", component.name))
    })
}
