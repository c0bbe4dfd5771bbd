//! Modules of Terraform from a repository at whatever its branch holds, or from a registry at whatever version is newest.

use std::collections::BTreeMap;

use kai_core::{Environment, FailureMode, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Component, Facts, UnreadModule};

use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "module-revision-moves",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("module_revision_moves.md"),
    check: Check::System(check),
};

/// Further modules that are shown.
const SHOWN: usize = 5;

/// One finding for all of them: it is one habit.
fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut by_source: BTreeMap<&str, (&Component, &str)> = BTreeMap::new();
    for component in ctx.system.components() {
        let Facts::UnreadModule(module) = &component.facts else { continue };
        let is_production = ctx.system.environment(component) == Environment::Production;
        let moving = branch(&module.source).or_else(|| newest(module));
        if let Some(branch) = moving.filter(|_| is_production) {
            by_source.entry(&module.source).or_insert((component, branch));
        }
    }
    let mut found: Vec<_> = by_source.into_iter().collect();
    found.sort_by_key(|it| it.1.0.id);
    if let [(source, (component, branch)), rest @ ..] = &found[..] {
        out.push(hazard(component, source, branch, rest));
    }
}

/// What a source of git is taken from, where that moves: a branch by its name, or the default branch where nothing is
/// said (developer.hashicorp.com, "Module sources"). A name that may be a tag is taken for one.
fn branch(source: &str) -> Option<&str> {
    let (address, query) = source.split_once('?').unwrap_or((source, ""));
    let hosts = ["bitbucket.org/", "git::", "git@", "github.com/"];
    let is_git = hosts.iter().any(|it| address.starts_with(it));
    let is_templated = source.contains("${");
    let reference = query.split('&').find_map(|it| it.strip_prefix("ref="));
    let moving = match reference {
        None => Some("its default branch"),
        Some(it @ ("HEAD" | "develop" | "main" | "master" | "trunk")) => Some(it),
        Some(_) => None,
    };
    moving.filter(|_| is_git && !is_templated)
}

/// What a source of a registry is taken from, where that moves: the newest version, where none is written or nothing
/// holds it back (developer.hashicorp.com, "Version constraints").
fn newest(module: &UnreadModule) -> Option<&'static str> {
    let holds = |it: &str| {
        let it = it.trim();
        it.starts_with(|it: char| it.is_ascii_digit() || it == 'v')
            || it.starts_with(['=', '~', '<'])
    };
    let is_held = match module.version.as_deref() {
        None => false,
        // Nobody knows what stands there.
        Some("") => true,
        Some(written) => written.split(',').any(holds),
    };
    (is_registry(&module.source) && !is_held).then_some(NEWEST)
}

const NEWEST: &str = "its newest version";

/// `namespace/name/provider`, before which a host may stand.
fn is_registry(source: &str) -> bool {
    let address = source.split("//").next().unwrap_or_default();
    let parts: Vec<&str> = address.split('/').collect();
    let is_word = |it: &&str| {
        !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_".contains(&it))
    };
    match &parts[..] {
        [host, rest @ ..] if rest.len() == 3 => host.contains('.') && rest.iter().all(&is_word),
        all => all.len() == 3 && all.iter().all(is_word),
    }
}

fn hazard(
    component: &Component,
    source: &str,
    branch: &str,
    rest: &[(&str, (&Component, &str))],
) -> Hazard {
    let others = match rest.len() {
        0 => String::new(),
        many => format!(", and {} more do alike", words::count(many, "source")),
    };
    let is_told = matches!(branch, NEWEST | "its default branch");
    let at = if is_told { branch.to_owned() } else { format!("`{branch}`") };
    let what = match branch {
        NEWEST => "a release there",
        _ => "a push there",
    };
    let message = format!(
        "`{}` takes `{source}` from {at}{others}: {what} changes what the next apply does to production, without a change \
         here, and going back has nothing written to go back to",
        component.label(),
    );
    let hazard = RULE
        .worsens(component.id, FailureMode::Rollout, Term::Frequency, "modules by a name that moves", message)
        .at(component.origin)
        .loses(LossClass::Degraded)
        .shows_as("A plan with changes that nobody made here")
        .recover("Write the commit that was applied before (`.terraform/modules` of that run holds it), and apply again")
        .remedy(match branch {
            NEWEST => "Say which version it is (`version = \"5.3.0\"`), and let a bot propose the next one",
            _ => "Name a tag or a commit (`?ref=v1.4.0`), and let a bot propose the next one",
        })
        .verify(match branch {
            NEWEST => "jq -r '.Modules[] | [.Key, .Source, .Version] | @tsv' .terraform/modules/modules.json # the same on every run",
            _ => "grep -rnE 'source *= *\"(git::|git@|github.com/|bitbucket.org/)' --include='*.tf' . # a version or a commit behind every ref=",
        });
    let shown = rest.iter().take(SHOWN);
    shown.fold(hazard, |hazard, (source, (component, _))| {
        hazard.related(component.origin, format!("`{source}`"))
    })
}
