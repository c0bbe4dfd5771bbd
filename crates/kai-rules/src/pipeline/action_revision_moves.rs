//! Actions of others, by a name that they can move.

use std::collections::{BTreeMap, BTreeSet};

use kai_core::{
    Environment, FailureMode, Hazard, Level, LocationRole, LossClass, OriginId, Pillar, Term,
};
use kai_graph::{Action, BuildService, Component, Facts, Job, Pipeline};

use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "action-revision-moves",
    pillar: Pillar::Security,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("action_revision_moves.md"),
    check: Check::System(check),
};

struct Use<'a> {
    name: String,
    component: &'a Component,
    at: OriginId,
    count: usize,
}

/// One finding for all of them: it is one habit, and one bot's work to change it.
fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut uses: BTreeMap<(Environment, BuildService), Vec<Use<'_>>> = BTreeMap::new();
    let mut own = BTreeSet::new();
    let pipelines = || ctx.system.components().iter().filter_map(pipeline_of);
    for (component, pipeline) in pipelines() {
        let moved = taken(pipeline).filter(|it| moves(it, pipeline.service));
        own.extend(moved.filter_map(|it| place(it, ctx)).filter(|it| it.0 == component.name));
    }
    for (component, pipeline) in pipelines() {
        let environment = ctx.system.root(component.root).environment;
        // What a workflow that others call takes is told of it, not of each of them.
        let is_told = |it: &Action| {
            place(it, ctx).is_some_and(|it| it.0 != component.name && own.contains(&it))
        };
        let moved = taken(pipeline).filter(|it| moves(it, pipeline.service) && !is_told(it));
        for action in moved {
            let name = match action.revision.as_str() {
                "" => action.name.to_string(),
                revision => format!("{}@{revision}", action.name),
            };
            let known = uses.entry((environment, pipeline.service)).or_default();
            match known.iter_mut().find(|it| it.name == name) {
                Some(known) => known.count += 1,
                None => known.push(Use { name, component, at: action.origin, count: 1 }),
            }
        }
    }
    out.hazards.extend(uses.iter().filter_map(|((_, service), it)| hazard(it, *service)));
}

fn pipeline_of(component: &Component) -> Option<(&Component, &Pipeline)> {
    match &component.facts {
        Facts::Pipeline(facts) => Some((component, &**facts)),
        _ => None,
    }
}

/// The file and the line that take an action.
fn place(action: &Action, ctx: Context<'_>) -> Option<(String, usize)> {
    let location = ctx.origins.location(action.origin, LocationRole::Primary)?;
    Some((location.path.into(), usize::try_from(location.line).unwrap_or(usize::MAX)))
}

/// What jobs that have something to lose take of others.
fn taken(pipeline: &Pipeline) -> Box<dyn Iterator<Item = &Action> + '_> {
    let matters = |job: &Job| job.has_power() || job.changes().next().is_some();
    match pipeline.service {
        BuildService::GithubActions => {
            let steps = pipeline.steps().filter(move |it| matters(it.0));
            let of_steps = steps.filter_map(|it| it.1.action.as_ref());
            Box::new(of_steps.chain(&pipeline.includes))
        }
        // What is included may add to any job.
        BuildService::GitlabCi if pipeline.jobs.iter().any(matters) => {
            Box::new(pipeline.includes.iter())
        }
        _ => Box::new(std::iter::empty()),
    }
}

/// A tag or branch of somebody who is not the service itself, or an image without its digest. A whole version of a
/// component of GitLab is one release in its catalog.
fn moves(action: &Action, service: BuildService) -> bool {
    let is_release = service == BuildService::GitlabCi && is_whole_version(&action.revision);
    let owner = action.name.split('/').next().unwrap_or_default();
    let is_commit = |it: &str| it.len() == 40 && it.bytes().all(|it| it.is_ascii_hexdigit());
    // Whoever checks what it has signed asks for the tag (slsa-github-generator, "Referencing SLSA builders and generators").
    let is_signer = action.name.starts_with("slsa-framework/slsa-github-generator/")
        && action.revision.starts_with('v')
        && is_whole_version(&action.revision[1..]);
    let is_in_address = action.name.split('/').any(is_commit);
    let is_image_kept = owner == "docker:" && action.revision.starts_with("sha256:");
    !matches!(owner, "actions" | "github")
        && !is_image_kept
        && !is_commit(&action.revision)
        && !is_in_address
        && !is_signer
        && !is_release
}

/// `1.4.0`; `1.4` is whatever is newest of it.
fn is_whole_version(revision: &str) -> bool {
    let parts: Vec<&str> = revision.split('.').collect();
    let is_number = |it: &&str| it.bytes().next().is_some_and(|it| it.is_ascii_digit());
    parts.len() == 3 && parts.iter().all(is_number)
}

fn hazard(uses: &[Use<'_>], service: BuildService) -> Option<Hazard> {
    const SHOWN: usize = 6;
    let mut all: Vec<&Use<'_>> = uses.iter().collect();
    all.sort_by_key(|it| std::cmp::Reverse(it.count));
    let (first, rest) = all.split_first()?;
    let names: Vec<&str> = all.iter().map(|it| it.name.as_str()).collect();
    let has_images = names.iter().any(|it| it.starts_with("docker:"));
    let (title, remedy, verify) = match service {
        BuildService::GitlabCi => (
            "parts of it by a name that moves",
            "Name each component by its commit or its whole version, and give each file behind a URL an `integrity:` or a copy of your own",
            "grep -rnE 'component:|remote:|integrity:' --include='*.yml' . # a commit or a version behind every @, a checksum below every URL",
        ),
        _ if has_images => (
            "actions by a name that moves",
            "Name each of them by its commit, and an image by its digest, with the version in a comment, and let a bot propose the next",
            "grep -rhE 'uses: ' .github | grep -vE '@(sha256:)?[0-9a-f]{40}' # only your own and GitHub's",
        ),
        _ => (
            "actions by a name that moves",
            "Name each of them by its commit with the version in a comment, and let a bot propose the next",
            "grep -rhE 'uses: ' .github | grep -vE '@[0-9a-f]{40}' # only your own and GitHub's",
        ),
    };
    let message = format!(
        "Jobs with secrets, a token that writes or a deployment take {} by a name that its owner can move: the next \
         run is whatever it names then, with the same rights",
        words::list(&names),
    );
    let hazard = RULE
        .worsens(first.component.id, FailureMode::Compromise, Term::Frequency, title, message)
        .at(first.at)
        .loses(LossClass::Degraded)
        .shows_as("Nothing: the log names the tag")
        .recover("Pin the last commit that was good, and rotate what the job could read")
        .remedy(remedy)
        .verify(verify);
    let rest = rest.iter().take(SHOWN - 1);
    Some(rest.fold(hazard, |hazard, it| hazard.related(it.at, format!("`{}`", it.name))))
}
