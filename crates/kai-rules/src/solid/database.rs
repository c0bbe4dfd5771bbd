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
    credit(stores.filter_map(evidence).collect(), "database", ctx)
}

fn evidence(store: Of<'_, Datastore>) -> Option<Evidence<'_>> {
    let instances = store.facts.instances.traced().filter(|it| it.value >= 3)?;
    let backup = store.facts.has_backup.traced().filter(|it| it.value)?;
    let component = store.component;
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
