//! What build services have in common, and what not.

use kai_core::Environment;
use kai_graph::{BuildService, BuildTrigger, Component, Event, Facts, Job, Of, Pipeline};

use crate::Context;

/// True where a job changes production: it says so, or its pipeline does and it says nothing.
pub(crate) fn acts_in_production(job: &Job, pipeline: Of<'_, Pipeline>, ctx: Context<'_>) -> bool {
    let around = ctx.system.root(pipeline.component.root).environment;
    around == Environment::Production && job.acts_in.is_none_or(|it| it == Environment::Production)
}

/// True where an environment that the job names does not take it out of what surely changes production:
/// whether it asks anybody is a setting of the service.
pub(super) fn is_open(job: &Job) -> bool {
    job.environment.is_none() || job.acts_in == Some(Environment::Production)
}

/// Who may still be asked before a job runs, as the end of a sentence; empty where nothing may.
pub(super) fn doubt(job: &Job, service: BuildService) -> String {
    match (&job.environment, service) {
        (None, _) => String::new(),
        (Some((name, _)), BuildService::GitlabCi) => {
            format!(", unless the environment `{name}` is a protected one, which no file says")
        }
        (Some((name, _)), _) => {
            format!(", unless the environment `{name}` asks for reviewers, which no file says")
        }
    }
}

/// True where GitHub may ask reviewers of the environment that the job names.
pub(super) fn may_ask(job: &Job, service: BuildService) -> bool {
    service == BuildService::GithubActions && job.environment.is_some()
}

/// What starts a file of Cloud Build at every push and asks nobody. It stands in Terraform, not in the file. Where
/// triggers of several repositories name such a file, whose it is is not told, and it is none.
pub(super) fn pushed<'a>(pipeline: &Component, ctx: Context<'a>) -> Option<Of<'a, BuildTrigger>> {
    let all = ctx.system.components().iter().filter_map(|component| match &component.facts {
        Facts::BuildTrigger(facts) if facts.file.value() == Some(&pipeline.name) => {
            Some(Of { component, facts: &**facts })
        }
        _ => None,
    });
    let all: Vec<_> = all.collect();
    let repository = all.first()?.facts.repository.value();
    let is_of_one = all.len() == 1
        || (repository.is_some() && all.iter().all(|it| it.facts.repository.value() == repository));
    let is_open = |it: &Of<'_, BuildTrigger>| {
        it.facts.event == Event::Push && it.facts.asks.value() == Some(&kai_graph::Asks::Nobody)
    };
    all.into_iter().find(is_open).filter(|_| is_of_one)
}
