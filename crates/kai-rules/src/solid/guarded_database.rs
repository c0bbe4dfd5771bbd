//! Databases of a cloud that are backed up and that no plan can delete.

use kai_core::Environment;
use kai_graph::{ManagedDatabase, Of, Solid};

use super::evidence::{Evidence, credit};
use crate::Context;

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let databases = ctx.system.managed_databases();
    let production =
        databases.filter(|it| ctx.system.environment(it.component) == Environment::Production);
    credit(production.filter_map(evidence).collect(), "database", ctx)
}

fn evidence(database: Of<'_, ManagedDatabase>) -> Option<Evidence<'_>> {
    let protection = database.facts.is_protected.traced().filter(|it| it.value)?;
    let is_backed_up = database.facts.has_backup.value() == Some(&true);
    let component = database.component;
    is_backed_up.then(|| Evidence {
        component,
        at: protection.origin,
        title: format!("`{}` is backed up, and no plan can delete it", component.label()),
        verify: "terraform plan -destroy # is refused; then restore the newest backup beside it"
            .to_owned(),
    })
}
