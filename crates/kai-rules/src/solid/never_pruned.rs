//! Namespaces and state that a slip in a list does not delete.

use std::collections::BTreeSet;

use kai_graph::{Component, Facts, Solid};

use super::evidence::{Evidence, credit};
use crate::Context;
use crate::command::{kubectl, resource};

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let mut evidence: Vec<_> = ctx.system.components().iter().filter_map(evidence).collect();
    // What begins a cluster may declare the same object that is kept applied later.
    let mut seen = BTreeSet::new();
    evidence.retain(|it| {
        let component = it.component;
        let environment = ctx.system.environment(component);
        seen.insert((environment, &component.namespace, component.label()))
    });
    credit(evidence, "object", ctx)
}

fn evidence(component: &Component) -> Option<Evidence<'_>> {
    let is_worth_it = component.native_kind == "Namespace"
        || matches!(component.facts, Facts::Claim(_) | Facts::Datastore(_));
    let mark = component.prune_exemption().filter(|_| is_worth_it)?;
    let saved = match component.native_kind.as_str() {
        "Namespace" => "take it away with all that is in it",
        _ => "take it away",
    };
    Some(Evidence {
        component,
        at: component.origin,
        title: format!(
            "`{}` is never pruned (`{mark}`), so that a line lost in a list does not {saved}",
            component.label(),
        ),
        verify: kubectl(
            component,
            format!("get {} -o jsonpath='{{.metadata.annotations}}'", resource(component)),
        ),
    })
}
