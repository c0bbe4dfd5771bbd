//! Databases whose copies are in another region.

use kai_core::Environment;
use kai_graph::{Component, Facts, Solid, VaultGuard};

use super::evidence::{Evidence, credit};
use crate::Context;
use crate::storage::plans;

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let components = ctx.system.components().iter();
    let production = components.filter(|it| ctx.system.environment(it) == Environment::Production);
    credit(production.filter_map(|it| evidence(it, ctx)).collect(), "database", ctx)
}

fn evidence<'a>(component: &'a Component, ctx: Context<'a>) -> Option<Evidence<'a>> {
    let Facts::ManagedDatabase(_) = &component.facts else { return None };
    let own = component.label_value("region")?;
    let mut named = ctx.system.plans_of(component).flat_map(|plan| {
        let holding = plan.facts.rules.iter().filter(|it| !it.is_beside);
        let vaults = holding.flat_map(|it| &it.vaults);
        vaults.map(move |it| (plan, it))
    });
    named.find_map(|(plan, named)| {
        let vault = ctx.system.vault(named, plan.component)?;
        let region = vault.component.label_value("region").filter(|it| *it != own)?;
        let guard = match vault.facts.guard.value() {
            Some(VaultGuard::Policy | VaultGuard::Lock) => ", where a lock or a policy guards them",
            _ => "",
        };
        Some(Evidence {
            component,
            at: named.origin,
            title: format!(
                "`{}` is copied by `{}` to {region}, away from {own}{guard}",
                component.label(),
                plan.component.label(),
            ),
            verify: match component.label_value("provider").is_some_and(|it| it.contains("google")) {
                true => format!(
                    "{} # in {region}, younger than the schedule; then restore it there",
                    plans::copies(plan.component)
                ),
                false => format!(
                    "aws backup list-recovery-points-by-backup-vault --region {region} --backup-vault-name NAME --query \
                     'RecoveryPoints[0].CreationDate' # younger than the schedule; then restore it there"
                ),
            },
        })
    })
}
