//! Caches of a cloud that survive a zone.

use kai_core::Environment;
use kai_graph::{Component, Facts, Solid};

use super::evidence::{Evidence, credit};
use crate::Context;

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let components = ctx.system.components().iter();
    let production = components.filter(|it| ctx.system.environment(it) == Environment::Production);
    credit(production.filter_map(evidence).collect(), "cache", ctx)
}

fn evidence(component: &Component) -> Option<Evidence<'_>> {
    let Facts::ManagedCache(facts) = &component.facts else { return None };
    let standby = facts.has_standby.traced().filter(|it| it.value)?;
    let name = facts.cloud_name.value().map_or("ID", |it| it.as_str());
    Some(Evidence {
        component,
        at: standby.origin,
        title: format!("`{}` fails over to another zone by itself", component.label()),
        verify: format!(
            "aws elasticache test-failover --replication-group-id {name} --node-group-id 0001 # in staging first"
        ),
    })
}
