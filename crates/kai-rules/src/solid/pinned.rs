//! A root whose images are all named by digest.

use std::collections::BTreeMap;

use kai_core::{RootId, RootKind};
use kai_graph::{Image, Of, Solid, Workload};

use super::evidence::{Evidence, credit};
use crate::command::field;
use crate::{Context, words};

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let mut roots: BTreeMap<RootId, Vec<Of<'_, Workload>>> = BTreeMap::new();
    for workload in ctx.system.workloads() {
        roots.entry(workload.component.root).or_default().push(workload);
    }
    let evidence = roots.into_iter().filter_map(|(root, it)| evidence(root, &it, ctx)).collect();
    credit(evidence, "root", ctx)
}

fn evidence<'a>(
    root: RootId,
    workloads: &[Of<'a, Workload>],
    ctx: Context<'a>,
) -> Option<Evidence<'a>> {
    let images: Vec<_> =
        workloads.iter().flat_map(|it| it.facts.pod.all_containers()).map(|it| &it.image).collect();
    let is_pinned = |it: &Image| it.digest.is_some();
    if images.is_empty() || !images.iter().all(|it| it.value().is_some_and(is_pinned)) {
        return None;
    }
    let root = ctx.system.root(root);
    let path = &root.path;
    let (subject, verb) = match images.len() {
        1 => ("The one image".to_string(), "is"),
        many => (words::every(many, "images"), "are"),
    };
    let component = workloads[0].component;
    let show = match root.kind {
        RootKind::Kustomization => format!("kubectl kustomize {path} | grep 'image:'"),
        RootKind::ComposeProject => "docker compose config --images".to_string(),
        // A chart's values may keep name, tag and digest on lines of their own.
        RootKind::Chart => field(component, ".spec.template.spec.containers[*].image"),
        _ if ctx.is_configured(component) => {
            field(component, ".spec.template.spec.containers[*].image")
        }
        _ => format!("grep -rh 'image:' {path}"),
    };
    Some(Evidence {
        component,
        at: images[0].traced()?.origin,
        title: format!("{subject} of `{path}` {verb} named by digest"),
        verify: format!("{show} # each holds @sha256:"),
    })
}
