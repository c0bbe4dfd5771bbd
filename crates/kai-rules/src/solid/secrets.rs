//! Roots whose Secrets are made by a store or sealed, and stand nowhere in the files.

use std::collections::BTreeMap;

use kai_core::RootId;
use kai_graph::{Component, Facts, SecretFacts, Solid};

use super::evidence::{Evidence, credit};
use crate::{Context, words};

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let mut roots: BTreeMap<RootId, Vec<(&Component, &SecretFacts)>> = BTreeMap::new();
    for component in ctx.system.components() {
        // A certificate's key is made where it is used: nobody would write it down.
        let is_certificate = component.native_kind == "Certificate";
        if let Facts::Secret(facts) = &component.facts
            && !is_certificate
        {
            roots.entry(component.root).or_default().push((component, facts));
        }
    }
    let evidence = roots.values().filter_map(|it| evidence(it, ctx)).collect();
    credit(evidence, "root", ctx)
}

fn evidence<'a>(
    secrets: &[(&'a Component, &'a SecretFacts)],
    ctx: Context<'a>,
) -> Option<Evidence<'a>> {
    let (component, _) = *secrets.first()?;
    let is_made = |(_, facts): &(&Component, &SecretFacts)| facts.is_reference;
    if ctx.is_live(component) || !secrets.iter().all(is_made) {
        return None;
    }
    let path = &ctx.system.root(component.root).path;
    let (subject, verb, stands) = match secrets.len() {
        1 => ("The one Secret".to_string(), "comes", "it"),
        many => (words::every(many, "Secrets"), "come", "none"),
    };
    let rest = if stands == "it" { "it does not stand" } else { "none stands" };
    Some(Evidence {
        component,
        at: component.origin,
        title: format!("{subject} of `{path}` {verb} from a store or sealed; {rest} in the files"),
        verify: format!(
            "kubectl get {} -A # every one is ready",
            component.native_kind.to_lowercase()
        ),
    })
}
