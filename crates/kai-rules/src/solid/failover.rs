//! Names that lead elsewhere by themselves when what they lead to is not healthy.

use kai_core::Environment;
use kai_graph::{Component, Facts, Solid};

use super::evidence::{Evidence, credit};
use crate::Context;

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let components = ctx.system.components().iter();
    let production = components.filter(|it| ctx.system.environment(it) == Environment::Production);
    credit(production.filter_map(|it| evidence(it, ctx)).collect(), "name", ctx)
}

/// A first record that is watched, with a second beside it.
fn evidence<'a>(component: &'a Component, ctx: Context<'a>) -> Option<Evidence<'a>> {
    let Facts::FailoverRecord(facts) = &component.facts else { return None };
    let watch = facts.is_watched.traced().filter(|it| it.value)?;
    let is_first = facts.is_primary.value() == Some(&true);
    let is_second = |it: &Component| match &it.facts {
        Facts::FailoverRecord(other) => {
            it.root == component.root && other.is_primary.value() == Some(&false)
        }
        _ => false,
    };
    (is_first && ctx.system.components().iter().any(is_second)).then(|| Evidence {
        component,
        at: watch.origin,
        title: format!("`{}` leads elsewhere by itself while it is not healthy", component.label()),
        verify: "aws route53 get-health-check-status --health-check-id ID # then turn it around once, and ask `dig`"
            .to_owned(),
    })
}
