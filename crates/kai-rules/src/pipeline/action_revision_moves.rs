//! Actions of others, by a name that they can move.

use std::collections::BTreeMap;

use kai_core::{
    Environment, FailureMode, Hazard, Level, LossClass, OriginId, Pillar, SmolStr, Term,
};
use kai_graph::{Action, BuildService, Component, Facts};

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
    let mut uses: BTreeMap<Environment, Vec<Use<'_>>> = BTreeMap::new();
    for component in ctx.system.components() {
        let Facts::Pipeline(pipeline) = &component.facts else { continue };
        if pipeline.service != BuildService::GithubActions {
            continue;
        }
        let environment = ctx.system.root(component.root).environment;
        for (job, step) in pipeline.steps() {
            let Some(action) = step.action.as_ref().filter(|it| moves(it)) else { continue };
            if job.has_power() || job.changes().next().is_some() {
                let name = format!("{}@{}", action.name, action.revision);
                let known = uses.entry(environment).or_default();
                match known.iter_mut().find(|it| it.name == name) {
                    Some(known) => known.count += 1,
                    None => known.push(Use { name, component, at: action.origin, count: 1 }),
                }
            }
        }
    }
    out.hazards.extend(uses.values().filter_map(|it| hazard(it)));
}

/// A tag or branch of somebody who is neither the service itself nor an image's digest.
fn moves(action: &Action) -> bool {
    let owner = action.name.split('/').next().unwrap_or_default();
    let is_commit = |it: &SmolStr| it.len() == 40 && it.bytes().all(|it| it.is_ascii_hexdigit());
    !matches!(owner, "actions" | "github" | "docker:") && !is_commit(&action.revision)
}

fn hazard(uses: &[Use<'_>]) -> Option<Hazard> {
    const SHOWN: usize = 6;
    let mut all: Vec<&Use<'_>> = uses.iter().collect();
    all.sort_by_key(|it| std::cmp::Reverse(it.count));
    let (first, rest) = all.split_first()?;
    let names: Vec<&str> = all.iter().map(|it| it.name.as_str()).collect();
    let message = format!(
        "Jobs with secrets, a token that writes or a deployment take {} by a name that its owner can move: the next \
         run is whatever it names then, with the same rights",
        words::list(&names),
    );
    let hazard = RULE
        .worsens(
            first.component.id,
            FailureMode::Compromise,
            Term::Frequency,
            "actions by a name that moves",
            message,
        )
        .at(first.at)
        .loses(LossClass::Degraded)
        .shows_as("Nothing: the log names the tag")
        .recover("Pin the last commit that was good, and rotate what the job could read")
        .remedy("Name each of them by its commit with the version in a comment, and let a bot propose the next")
        .verify("grep -rhE 'uses: ' .github | grep -vE '@[0-9a-f]{40}' # only your own and GitHub's");
    let rest = rest.iter().take(SHOWN - 1);
    Some(rest.fold(hazard, |hazard, it| hazard.related(it.at, format!("`{}`", it.name))))
}
