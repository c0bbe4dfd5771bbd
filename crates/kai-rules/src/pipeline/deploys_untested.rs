//! Deployments of code whose tests nothing runs.

use std::collections::BTreeMap;

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, SmolStr, Term};
use kai_graph::{Act, ActKind, BuildService, Event, Facts, Job, Of, Pipeline};

use super::service::acts_in_production;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "deploys-untested",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("deploys_untested.md"),
    check: Check::System(check),
};

/// Further deployments that are shown.
const SHOWN: usize = 3;

/// All pipelines of a repository are looked at together: tests of a pull request are tests before the deployment.
fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut repositories: BTreeMap<&str, Vec<Of<'_, Pipeline>>> = BTreeMap::new();
    for component in ctx.system.components() {
        let Facts::Pipeline(facts) = &component.facts else { continue };
        let top = top(ctx.system.root(component.root).path.as_str());
        repositories.entry(top).or_default().push(Of { component, facts: &**facts });
    }
    for (top, pipelines) in repositories {
        let found: Vec<_> =
            pipelines.iter().filter_map(|it| Some((*it, deployment(*it, ctx)?))).collect();
        let Some(((first, _), tests)) = found.first().zip(pipelines[0].facts.tested_by.as_ref())
        else {
            continue;
        };
        if !may_test(&pipelines, top, ctx) {
            out.push(hazard(*first, &found, tests));
        }
    }
}

/// The folder that the repository is, with its last slash; empty for the tree itself.
fn top(path: &str) -> &str {
    let end = path.find(".github/").or_else(|| path.rfind('/').map(|it| it + 1));
    &path[..end.unwrap_or(0)]
}

type Deployment<'a> = (&'a Job, &'a Act);

/// A job that changes production whenever somebody pushes.
fn deployment<'a>(pipeline: Of<'a, Pipeline>, ctx: Context<'_>) -> Option<Deployment<'a>> {
    let facts = pipeline.facts;
    let is_read = matches!(facts.service, BuildService::GithubActions | BuildService::GitlabCi);
    let mut jobs = facts.jobs.iter().filter(|it| {
        is_read
            && facts.starts(it, &[Event::Push]).is_some()
            && acts_in_production(it, pipeline, ctx)
    });
    jobs.find_map(|job| {
        let act = job.changes().find(|it| it.1.kind == ActKind::Deploy)?.1;
        Some((job, act))
    })
}

/// True where anything of the repository's pipelines may run tests: a command that does, a part that is not here, a
/// word that speaks of it, a program that runs what others wrote down.
fn may_test(pipelines: &[Of<'_, Pipeline>], top: &str, ctx: Context<'_>) -> bool {
    let tests = |it: &Of<'_, Pipeline>| {
        let acts = it.facts.steps().flat_map(|it| &it.1.acts);
        it.facts.has_unread
            || has_strange_action(it)
            || acts.into_iter().any(|it| matches!(it.kind, ActKind::Test | ActKind::Plan))
    };
    let is_of_them = |path: &str| {
        let inside = path.strip_prefix(top).unwrap_or(path);
        let name = inside.rsplit('/').next().unwrap_or_default();
        inside.starts_with(".github/")
            || name == ".gitlab-ci.yml"
            || name.starts_with("cloudbuild")
            || name.to_ascii_lowercase().contains("dockerfile")
            || name.starts_with("skaffold")
    };
    let mut documents = ctx.origins.documents().filter(|it| is_of_them(it.path.as_str()));
    pipelines.iter().any(tests) || documents.any(|it| speaks_of_tests(&it.text))
}

/// True where an action runs that is not of those who make the common ones: what it does is not here.
fn has_strange_action(pipeline: &Of<'_, Pipeline>) -> bool {
    const KNOWN: [&str; 10] = [
        "actions",
        "aws-actions",
        "azure",
        "digitalocean",
        "docker",
        "google-github-actions",
        "hashicorp",
        "helm",
        "pnpm",
        "superfly",
    ];
    let is_strange = |name: &str| !KNOWN.contains(&name.split('/').next().unwrap_or_default());
    pipeline.facts.service == BuildService::GithubActions
        && pipeline.facts.steps().any(|it| {
            let action = it.1.action.as_ref();
            action.is_some_and(|it| is_strange(&it.name.to_ascii_lowercase()))
        })
}

/// True for a line whose command is the runner `task`; Amazon's actions speak of tasks too.
fn runs_tasks(line: &str) -> bool {
    let command = line.trim_start_matches([' ', '-']);
    let command = command.strip_prefix("run: ").unwrap_or(command);
    command == "task" || command.starts_with("task ")
}

fn speaks_of_tests(text: &str) -> bool {
    const BEGINNINGS: [&str; 9] =
        ["check", "lint", "qualit", "scan", "spec", "test", "valid", "verif", "analy"];
    const WHOLE: [&str; 44] = [
        "actionlint",
        "bazel",
        "codeql",
        "ctest",
        "cypress",
        "dagger",
        "earthly",
        "eslint",
        "flake8",
        "gradle",
        "gradlew",
        "hadolint",
        "jest",
        "js",
        "just",
        "k6",
        "make",
        "mix",
        "mjs",
        "mocha",
        "mvn",
        "mvnw",
        "mypy",
        "newman",
        "nox",
        "nx",
        "pants",
        "phpunit",
        "playwright",
        "py",
        "pylint",
        "pytest",
        "rake",
        "rb",
        "rspec",
        "ruff",
        "sbt",
        "sh",
        "shellcheck",
        "sonar",
        "tox",
        "trivy",
        "turbo",
        "vitest",
    ];
    // `npm run ci` is what somebody calls a chain of tests; `npm ci` installs.
    let mut words = text.split(|it: char| !it.is_ascii_alphanumeric());
    text.contains("run ci")
        || text.lines().any(runs_tasks)
        || words.any(|word| {
            let word = word.to_ascii_lowercase();
            let begins = BEGINNINGS.iter().any(|it| word.starts_with(it));
            word != "checkout" && (begins || WHOLE.contains(&word.as_str()))
        })
}

fn hazard(
    pipeline: Of<'_, Pipeline>,
    all: &[(Of<'_, Pipeline>, Deployment<'_>)],
    tests: &SmolStr,
) -> Hazard {
    let (job, act) = all[0].1;
    let name = &pipeline.component.name;
    let message = format!(
        "`{name}` runs `{}` in `{}` on every push, and no pipeline here runs a test, before a merge or after it: what \
         `{tests}` would have found reaches users first",
        act.what, job.name,
    );
    let start = pipeline.facts.starts(job, &[Event::Push]);
    let hazard = RULE
        .worsens(
            pipeline.component.id,
            FailureMode::Rollout,
            Term::Frequency,
            "deployed without its tests",
            message,
        )
        .at(job.origin)
        .related(act.origin, format!("`{}`", act.what))
        .loses(LossClass::Degraded)
        .searched("every pipeline of the repository, what they include and the Dockerfiles")
        .shows_as("Green runs, and a fault that a test knows in production")
        .recover("Run the pipeline of the commit before again")
        .remedy("Run the tests on pull requests, and in a job that the deployment `needs`")
        .verify("Let a test fail on a branch of its own: no run of its merge deploys");
    let hazard = match start {
        Some(it) => hazard.related(it.origin, "every push starts it"),
        None => hazard,
    };
    let others = all.iter().skip(1).take(SHOWN);
    others.fold(hazard, |hazard, (other, (job, _))| {
        hazard.related(job.origin, format!("`{}` does the same", other.component.name))
    })
}
