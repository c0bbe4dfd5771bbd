//! What plans of a cloud say of what they copy: whose, whereto, and what stays when a region goes.

use kai_core::ComponentId;
use kai_graph::{BackupPlan, Component, Facts, Of, VaultRef};

use crate::answer::Statement;
use crate::case::Case;
use crate::words::list;

/// Where a plan keeps its copies, and what stands before whoever deletes them.
pub(super) fn vaults(case: Case<'_>, plan: &Component, facts: &BackupPlan) -> Vec<Statement> {
    let named = each(facts);
    let statement = |it: &&VaultRef| {
        let vault = case.system().vault(it, plan);
        let text = match (vault, it.place()) {
            (Some(vault), _) => {
                let region = vault.component.label_value("region");
                let place = region.map(|it| format!(" in {it}")).unwrap_or_default();
                let guard = match vault.facts.is_guarded.value() {
                    Some(true) => ", which a lock or a policy guards",
                    Some(false) => ", and nothing read here guards it",
                    None => "",
                };
                format!("Copies are kept in `{}`{place}{guard}.", vault.component.label())
            }
            (None, Some((region, account, name))) => format!(
                "Copies are kept in the vault `{name}` in {region} of the account {account}, which is not declared here."
            ),
            (None, None) => return None,
        };
        Some(Statement::new(text, vec![case.at(plan.id, it.origin)]))
    };
    named.iter().filter_map(statement).collect()
}

/// Every vault that a plan names, each once.
fn each(facts: &BackupPlan) -> Vec<&VaultRef> {
    let mut named: Vec<&VaultRef> = facts.rules.iter().flat_map(|it| &it.vaults).collect();
    let key = |it: &VaultRef| (it.declared.as_ref().map(|it| it.name.clone()), it.arn.clone());
    named.sort_by_key(|it| key(it));
    named.dedup_by_key(|it| key(it));
    named
}

/// That no plan takes it, or that nobody knows whether one does, where there are plans.
pub(super) fn unselected(case: Case<'_>, id: ComponentId) -> Option<Statement> {
    let component = case.component(id);
    let system = case.system();
    let environment = system.environment(component);
    let is_near = |it: &Of<'_, BackupPlan>| system.environment(it.component) == environment;
    if !component.native_kind.starts_with("aws_") || system.plans_of(component).next().is_some() {
        return None;
    }
    let label = component.label();
    if let Some(plan) = system.plans_that_may_copy(component).find(is_near) {
        let plan = plan.component;
        let text = format!(
            "`{}` may take `{label}`: what it selects is not told by what is declared here.",
            plan.label()
        );
        return Some(Statement::new(text, vec![case.named(plan.id)]));
    }
    let plans: Vec<&Component> =
        system.backup_plans().filter(is_near).map(|it| it.component).collect();
    let first = plans.first()?;
    let labels: Vec<String> = plans.iter().map(|it| it.label()).collect();
    let text = format!(
        "No backup plan declared here takes `{label}`: {} {} others.",
        list(&labels, 3),
        if labels.len() == 1 { "selects" } else { "select" }
    );
    let absence = case.absence(&label, format!("no selection that takes `{label}`"), case.scope());
    Some(Statement::new(text, vec![case.named(first.id), absence]))
}

/// What is left of its copies when its region goes, where that is declared.
pub(super) fn if_region_goes(case: Case<'_>, id: ComponentId) -> Option<Statement> {
    let component = case.component(id);
    let own = component.label_value("region");
    let plans: Vec<Of<'_, BackupPlan>> = case.system().plans_of(component).collect();
    if plans.is_empty() {
        return of_own(case, component);
    }
    let own = own?;
    let mut all_here = true;
    for plan in &plans {
        for named in each(plan.facts) {
            let vault = case.system().vault(named, plan.component).map(|it| it.component);
            let region = match vault {
                Some(it) => it.label_value("region"),
                None => named.place().map(|it| it.0),
            };
            if let Some(region) = region.filter(|it| *it != own) {
                let vault = vault.map_or_else(
                    || format!("the vault `{}`", named.place().map_or("", |it| it.2)),
                    |it| format!("`{}`", it.label()),
                );
                let text = format!(
                    "If {own} goes, the copies of `{}` in {vault} in {region} stay.",
                    component.label()
                );
                return Some(Statement::new(text, vec![case.at(plan.component.id, named.origin)]));
            }
            all_here &= region == Some(own);
        }
    }
    let plan = plans[0].component;
    let text = format!(
        "If {own} goes, the copies of `{}` go with it: every vault that `{}` names is there.",
        component.label(),
        plan.label()
    );
    all_here.then(|| Statement::new(text, vec![case.named(plan.id)]))
}

/// Amazon keeps the automatic backups of RDS in the region of the database (Amazon RDS User Guide, "Replicating
/// automated backups to another AWS Region").
fn of_own(case: Case<'_>, component: &Component) -> Option<Statement> {
    const REPLICATION: &str = "aws_db_instance_automated_backups_replication";
    let Facts::ManagedDatabase(facts) = &component.facts else { return None };
    let system = case.system();
    let is_copied = system.plans_that_may_copy(component).next().is_some()
        || system.components().iter().any(|it| it.native_kind == REPLICATION);
    let is_one = matches!(component.native_kind.as_str(), "aws_db_instance" | "aws_rds_cluster");
    let backup = facts.has_backup.traced().filter(|it| it.value && is_one && !is_copied)?;
    let region = component.label_value("region").unwrap_or("its region");
    let label = component.label();
    let text = format!(
        "If {region} goes, the automatic backups of `{label}` go with it: RDS keeps them there, and nothing declared here copies them to another region."
    );
    let absence = case.absence(&label, "no plan and no replication that copies them", case.scope());
    Some(Statement::new(text, vec![case.at(component.id, backup.origin), absence]))
}
