//! Roots all of whose ways in are encrypted.

use std::collections::BTreeMap;

use kai_core::RootId;
use kai_graph::{EntryPoint, EntryPointKind, Of, Solid};

use super::evidence::{Evidence, credit};
use crate::exposure::entry_name;
use crate::{Context, words};

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let mut roots: BTreeMap<RootId, Vec<Of<'_, EntryPoint>>> = BTreeMap::new();
    for entry in ctx.system.entry_points() {
        roots.entry(entry.component.root).or_default().push(entry);
    }
    let evidence = roots.values().filter_map(|it| evidence(it, ctx)).collect();
    credit(evidence, "root", ctx)
}

fn evidence<'a>(entries: &[Of<'a, EntryPoint>], ctx: Context<'a>) -> Option<Evidence<'a>> {
    // A load balancer and a route of a Gateway say nothing of it themselves.
    let says_it = |it: &Of<'_, EntryPoint>| {
        matches!(it.facts.kind, EntryPointKind::Ingress | EntryPointKind::HttpProxy)
    };
    let is_encrypted = |it: &Of<'_, EntryPoint>| it.facts.has_tls.value() == Some(&true);
    if !entries.iter().all(|it| says_it(it) && is_encrypted(it)) {
        return None;
    }
    let first = *entries.first()?;
    let path = &ctx.system.root(first.component.root).path;
    let (subject, verb) = match entries.len() {
        1 => ("The one way in".to_string(), "is"),
        many => (words::every(many, "ways in"), "are"),
    };
    let host = first.facts.hosts.first().map_or_else(|| entry_name(first), ToString::to_string);
    Some(Evidence {
        component: first.component,
        at: first.facts.has_tls.traced()?.origin,
        title: format!("{subject} of `{path}` {verb} encrypted"),
        verify: format!("curl -sI https://{host} # the certificate is valid"),
    })
}
