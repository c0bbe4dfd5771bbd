//! A replicated database in the hands of an operator, with backups.

use kai_graph::{Datastore, Facts, Of, Solid};

use super::evidence::{Evidence, credit};
use crate::Context;
use crate::command::kubectl;

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let stores = ctx.system.components().iter().filter_map(|component| match &component.facts {
        Facts::Datastore(facts) => Some(Of { component, facts: &**facts }),
        _ => None,
    });
    credit(stores.filter_map(|it| evidence(it, ctx)).collect(), "database", ctx)
}

fn evidence<'a>(store: Of<'a, Datastore>, ctx: Context<'a>) -> Option<Evidence<'a>> {
    let instances = store.facts.instances.traced().filter(|it| it.value >= 3)?;
    let backup = store.facts.has_backup.traced().filter(|it| it.value)?;
    let component = store.component;
    // CloudNativePG archives every change to the place that it names; what they are played onto, a
    // backup of its own makes.
    let is_archive = component.api_group() == "postgresql.cnpg.io";
    if is_archive && ctx.system.backups_of(component).is_empty() {
        return None;
    }
    Some(Evidence {
        component,
        at: backup.origin,
        title: format!(
            "`{}` runs {} instances of {} and is backed up",
            component.label(),
            instances.value,
            store.facts.engine.name,
        ),
        verify: format!(
            "{} # then restore it beside and compare",
            kubectl(
                component,
                format!("get {} {} -o yaml", component.native_kind.to_lowercase(), component.name)
            )
        ),
    })
}
