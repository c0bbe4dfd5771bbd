//! Containers whose images are built by files of the tree.

use std::collections::BTreeSet;

use kai_core::RootId;
use kai_graph::{Component, Container, DependencyKind, Facts, ImageBuild, ImageName, Of, Workload};

use crate::Context;

/// A container and what its image is built by.
#[derive(Clone, Copy)]
pub(super) struct Use<'a> {
    pub(super) workload: Of<'a, Workload>,
    pub(super) container: &'a Container,
    pub(super) build: Of<'a, ImageBuild>,
    /// A way in from outside leads to it.
    pub(super) is_public: bool,
    /// Journeys that stop without it.
    pub(super) journey_count: usize,
}

/// Every container that runs for long and of which one file surely says how its image is built, those that
/// most people reach first.
pub(super) fn uses(ctx: Context<'_>) -> Vec<Use<'_>> {
    let mut uses = Vec::new();
    for workload in ctx.system.workloads().filter(|it| it.facts.is_long_running()) {
        for container in workload.facts.pod.running_containers() {
            if let Some(build) = build(workload.component, container, ctx) {
                let id = workload.component.id;
                let is_public = !ctx.doors(workload).is_empty();
                let journey_count = ctx.journeys_that_need(id).len();
                uses.push(Use { workload, container, build, is_public, journey_count });
            }
        }
    }
    uses.sort_by_key(|it| {
        let reached = (!it.is_public, std::cmp::Reverse(it.journey_count));
        (ctx.system.environment(it.workload.component), reached, it.workload.component.id)
    });
    uses
}

/// The file, where its last stage is what runs.
fn build<'a>(
    component: &Component,
    container: &Container,
    ctx: Context<'a>,
) -> Option<Of<'a, ImageBuild>> {
    let (path, stage) = match &container.built_from {
        Some(_) if !container.built_stage.is_not_declared() => (
            container.built_from.as_ref()?.value.clone(),
            Some(container.built_stage.value()?.clone()),
        ),
        Some(from) => (from.value.clone(), None),
        None => named(component, container, ctx)?,
    };
    let mut files = ctx.targets(component.id, DependencyKind::BuiltBy);
    files.find_map(|component| match &component.facts {
        Facts::ImageBuild(facts)
            if component.name == path && (stage.is_none() || stage == facts.last_stage) =>
        {
            Some(Of { component, facts: &**facts })
        }
        _ => None,
    })
}

/// The one file and stage under whose name pipelines build its image.
fn named(
    component: &Component,
    container: &Container,
    ctx: Context<'_>,
) -> Option<(kai_core::SmolStr, Option<kai_core::SmolStr>)> {
    let name = ImageName::of(container.image.value()?);
    let makers = ctx.targets(component.id, DependencyKind::BuiltBy);
    let mut ways: Vec<_> = makers
        .filter_map(|it| match &it.facts {
            Facts::Pipeline(pipeline) => Some(&pipeline.builds),
            _ => None,
        })
        .flatten()
        .filter(|it| it.name.is_same(&name))
        .map(|it| (it.file.clone(), it.stage.clone()))
        .collect();
    ways.sort();
    ways.dedup();
    match &ways[..] {
        [(Some(file), stage)] => Some((file.clone(), stage.clone())),
        _ => None,
    }
}

/// The roots with objects of OpenShift, whose admission gives each pod a user of its own
/// (`restricted-v2`, `MustRunAsRange`).
pub(super) fn open_shift_roots(ctx: Context<'_>) -> BTreeSet<RootId> {
    let all = ctx.system.components().iter();
    all.filter(|it| it.api_group().ends_with(".openshift.io")).map(|it| it.root).collect()
}

/// `web` of `deployment/web`.
pub(super) fn name(it: &Use<'_>) -> String {
    let label = it.workload.component.label();
    match it.workload.facts.pod.containers.len() {
        1 => format!("`{label}`"),
        _ => format!("`{}` of `{label}`", it.container.name),
    }
}
