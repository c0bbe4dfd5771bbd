//! Caches of a cloud that survive a zone.

use kai_core::{Environment, SmolStr};
use kai_graph::{Component, Facts, Solid};

use super::evidence::{Evidence, credit, rehearsed};
use crate::Context;

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let components = ctx.system.components().iter();
    let production = components.filter(|it| ctx.system.environment(it) == Environment::Production);
    credit(production.filter_map(|it| evidence(it, ctx)).collect(), "cache", ctx)
}

fn evidence<'a>(component: &'a Component, ctx: Context<'a>) -> Option<Evidence<'a>> {
    let Facts::ManagedCache(facts) = &component.facts else { return None };
    let standby = facts.has_standby.traced().filter(|it| it.value)?;
    let staged = rehearsed(component, cloud_name, ctx);
    let name = staged.or(facts.cloud_name.value()).map_or("ID", |it| it.as_str());
    let when = if staged.is_some() { "the one of staging" } else { "connections break" };
    Some(Evidence {
        component,
        at: standby.origin,
        title: format!("`{}` fails over to another zone by itself", component.label()),
        verify: format!(
            "aws elasticache test-failover --replication-group-id {name} --node-group-id 0001 # {when}"
        ),
    })
}

fn cloud_name(component: &Component) -> Option<&SmolStr> {
    match &component.facts {
        Facts::ManagedCache(it) => it.cloud_name.value(),
        _ => None,
    }
}
