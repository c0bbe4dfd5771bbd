//! What plans of a cloud say of what they copy: whose, whereto, for how long, and what stays when a region goes.

use kai_core::ComponentId;
use kai_graph::{
    BackupPlan, BackupRule, BackupScope, BackupVault, Component, Facts, Of, VaultGuard, VaultRef,
    VaultSpread,
};

use crate::answer::Statement;
use crate::case::Case;
use crate::words::list;

/// Where a plan keeps its copies, what stands before whoever deletes them, and for how long it keeps them.
pub(super) fn vaults(case: Case<'_>, plan: &Component, facts: &BackupPlan) -> Vec<Statement> {
    let mut statements: Vec<Statement> = stopped(case, plan, facts).into_iter().collect();
    statements.extend(each(facts).into_iter().map(|(rule, named)| {
        let text = match rule.is_beside {
            true => ordered(case, named, plan),
            false => kept_in(case, named, plan),
        };
        Statement::new(text, vec![case.at(plan.id, named.origin)])
    }));
    statements.extend(kept_days(case, plan, facts).or_else(|| untold(case, plan, facts)));
    statements.extend(locked(case, plan, facts));
    statements
}

/// Of a thing of which a plan keeps every moment.
pub(super) fn moments(
    case: Case<'_>,
    plan: &Component,
    facts: &BackupPlan,
    copied: &Component,
) -> Option<Statement> {
    let at = facts.continuous(&copied.native_kind)?.is_continuous.traced()?.origin;
    let text = format!(
        "`{}` keeps every moment of `{}`, which can be set back to any of them and not only to the time of a copy.",
        plan.label(),
        copied.label()
    );
    Some(Statement::new(text, vec![case.at(plan.id, at)]))
}

/// What is lost with a thing that a plan copies in a way that leaves times without any copy.
pub(super) fn loss(
    case: Case<'_>,
    plan: &Component,
    facts: &BackupPlan,
    copied: &Component,
) -> Option<Statement> {
    let (name, label) = (plan.label(), copied.label());
    if let Some(stopped_by) = facts.stopped_by.traced() {
        let text = format!(
            "All that was written to `{label}` since `{name}` was stopped is lost with it, as far as `{name}` goes."
        );
        return Some(Statement::new(text, vec![case.at(plan.id, stopped_by.origin)]));
    }
    let (kept_for, longest) = facts.expires_early()?;
    let (kept, hours) = (kept_for.as_secs() / 3600, longest.as_secs().div_ceil(3600));
    let text = format!(
        "`{name}` deletes a copy after {kept} h and makes the next one up to {hours} h later: for up to {} h there is none, and from `{name}` nothing of `{label}` comes back.",
        hours - kept
    );
    let at = facts.rules.first()?.kept_days.traced()?.origin;
    Some(Statement::new(text, vec![case.at(plan.id, at)]))
}

/// Of one that is told to make no copies.
fn stopped(case: Case<'_>, plan: &Component, facts: &BackupPlan) -> Option<Statement> {
    let stopped_by = facts.stopped_by.traced()?;
    let text = format!(
        "`{}` is stopped (`{} = true`), so no copy is made now.",
        plan.label(),
        stopped_by.value
    );
    Some(Statement::new(text, vec![case.at(plan.id, stopped_by.origin)]))
}

/// For how long nobody can delete what it copied.
fn locked(case: Case<'_>, plan: &Component, facts: &BackupPlan) -> Option<Statement> {
    let locked = facts.rules.iter().filter_map(|it| it.locked_days.traced());
    let locked = locked.min_by_key(|it| it.value).filter(|it| it.value > 0)?;
    let unit = if locked.value == 1 { "day" } else { "days" };
    let text = format!(
        "Nobody can delete a copy of `{}` in its first {} {unit}.",
        plan.label(),
        locked.value
    );
    Some(Statement::new(text, vec![case.at(plan.id, locked.origin)]))
}

/// Of one that somebody else has written.
fn untold(case: Case<'_>, plan: &Component, facts: &BackupPlan) -> Option<Statement> {
    let is_untold =
        |it: &BackupRule| it.schedule.value().is_none() && !it.schedule.is_not_declared();
    let text = format!(
        "How often `{}` copies and how long it keeps what it copied is not told by what is declared here.",
        plan.label()
    );
    facts.rules.iter().any(is_untold).then(|| Statement::new(text, vec![case.named(plan.id)]))
}

fn kept_in(case: Case<'_>, named: &VaultRef, plan: &Component) -> String {
    if let Some(region) = &named.region {
        return format!("`{}` keeps its copies in {region}.", plan.label());
    }
    match (case.system().vault(named, plan), named.place(), &named.text) {
        (Some(vault), ..) => {
            let region = vault.component.label_value("region");
            let place = region.map(|it| format!(" in {it}")).unwrap_or_default();
            let spread = match vault.facts.spread.value() {
                Some(VaultSpread::Datacenter) => ", in one datacenter of it",
                Some(VaultSpread::Zones) => ", in several zones of it",
                Some(VaultSpread::Regions) => " and in the region that is paired with it",
                None => "",
            };
            let spread = if region.is_some() { spread } else { "" };
            let guard = match vault.facts.guard.value() {
                Some(VaultGuard::Lock) => ", which nobody empties before its time",
                Some(VaultGuard::Policy) => ", which a lock or a policy guards",
                Some(VaultGuard::SoftDelete) => ", which gives back what is deleted for some days",
                Some(VaultGuard::Nothing) => ", and nothing read here guards it",
                None => "",
            };
            format!("Copies are kept in `{}`{place}{spread}{guard}.", vault.component.label())
        }
        (None, Some((region, account, name)), _) => format!(
            "Copies are kept in the vault `{name}` in {region} of the account {account}, which is not declared here."
        ),
        (None, None, Some(text)) => {
            let name = text.rsplit('/').next().unwrap_or(text);
            format!("Copies are kept in the vault `{name}`, which is not declared here.")
        }
        (None, None, None) => {
            "Which vault keeps the copies is not told by what is declared here.".to_owned()
        }
    }
}

/// Of copies that never come to the vault.
fn ordered(case: Case<'_>, named: &VaultRef, plan: &Component) -> String {
    let vault = match case.system().vault(named, plan) {
        Some(vault) => format!("`{}`", vault.component.label()),
        None => "the vault".to_owned(),
    };
    format!(
        "Copies stay beside what they are copies of, as snapshots of its own account: {vault} orders them and holds none."
    )
}

fn kept_days(case: Case<'_>, plan: &Component, facts: &BackupPlan) -> Option<Statement> {
    let kept = facts.rules.iter().filter_map(|it| it.kept_days.traced());
    let kept = kept.max_by_key(|it| it.value)?;
    let further = facts.rules.iter().flat_map(|it| &it.further_kept_days);
    let longest = further.filter_map(|it| it.value()).max().filter(|it| **it > kept.value);
    let longest = longest.map(|it| format!(", and some of them for {it}")).unwrap_or_default();
    let unit = if kept.value == 1 { "day" } else { "days" };
    let text = format!("`{}` keeps copies for {} {unit}{longest}.", plan.label(), kept.value);
    Some(Statement::new(text, vec![case.at(plan.id, kept.origin)]))
}

/// Every vault that a plan names, each once, with a rule that names it.
fn each(facts: &BackupPlan) -> Vec<(&BackupRule, &VaultRef)> {
    let named = facts.rules.iter().flat_map(|rule| rule.vaults.iter().map(move |it| (rule, it)));
    let mut named: Vec<(&BackupRule, &VaultRef)> = named.collect();
    let key = |(rule, it): &(&BackupRule, &VaultRef)| {
        let declared = it.declared.as_ref().map(|it| it.name.clone());
        (declared, it.text.clone(), it.region.clone(), rule.is_beside)
    };
    named.sort_by_key(key);
    named.dedup_by_key(|it| key(it));
    named
}

/// That no plan takes it, or that nobody knows whether one does, where there are plans that can.
pub(super) fn unselected(case: Case<'_>, id: ComponentId) -> Option<Statement> {
    let component = case.component(id);
    let system = case.system();
    let environment = system.environment(component);
    let kind = component.native_kind.as_str();
    let is_near = |it: &Of<'_, BackupPlan>| {
        system.environment(it.component) == environment
            && (it.takes.contains(&kind) || !component.api_version.is_empty())
    };
    if system.plans_of(component).next().is_some() {
        return None;
    }
    let label = component.label();
    if let Some((plan, at)) = system.ended_plans_of(component).next() {
        let plan = plan.component;
        let text = format!("`{}` is told to copy `{label}` no more.", plan.label());
        return Some(Statement::new(text, vec![case.at(plan.id, at)]));
    }
    if let Some(plan) = system.plans_that_may_copy(component).find(is_near) {
        let (plan, facts) = (plan.component, plan.facts);
        let is_by_hand = !facts.rules.is_empty()
            && facts
                .rules
                .iter()
                .all(|it| it.schedule.is_not_declared() && it.is_continuous.value() != Some(&true));
        let why = match is_by_hand {
            true => "it copies when it is told to, and has no schedule here",
            false if facts.clusters.iter().any(|it| it.takes(component) == Some(true)) => {
                "in which cluster it runs is not told by what is declared here"
            }
            false if !component.api_version.is_empty() && is_by_namespace(facts) => {
                "in which namespace it runs is not told by what is declared here"
            }
            false => "what it selects is not told by what is declared here",
        };
        let text = format!("`{}` may take `{label}`: {why}.", plan.label());
        return Some(Statement::new(text, vec![case.named(plan.id)]));
    }
    if !component.api_version.is_empty() {
        return None;
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

fn is_by_namespace(facts: &BackupPlan) -> bool {
    facts.clusters.iter().any(|it| matches!(it.scope, BackupScope::Namespaces { .. }))
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
    let label = component.label();
    let mut all_here = true;
    for plan in &plans {
        all_here &= plan.rules.iter().all(|it| it.is_beside || !it.vaults.is_empty());
        for (_, named) in each(plan.facts).into_iter().filter(|it| !it.0.is_beside) {
            let region = case.system().region_of_vault(named, plan.component);
            let vault = case.system().vault(named, plan.component);
            let at = || vec![case.at(plan.component.id, named.origin)];
            if let Some(region) = region.filter(|it| *it != own) {
                let vault = match (vault, named.place()) {
                    (Some(it), _) => format!(" in `{}`", it.component.label()),
                    (None, Some(it)) => format!(" in the vault `{}`", it.2),
                    (None, None) => String::new(),
                };
                let text =
                    format!("If {own} goes, the copies of `{label}`{vault} in {region} stay.");
                return Some(Statement::new(text, at()));
            }
            if let Some(text) = vault.and_then(|it| in_pair(it, own, &label)) {
                return Some(Statement::new(text, at()));
            }
            let may_be_afar = vault.is_some_and(|it| {
                it.facts.spread.value().is_none() && !it.facts.spread.is_not_declared()
            });
            all_here &= region == Some(own) && !may_be_afar;
        }
    }
    let plan = plans[0].component;
    let is_beside = plans.iter().all(|it| it.rules.iter().all(|it| it.is_beside));
    let why = match is_beside {
        true => format!("`{}` leaves them beside it.", plan.label()),
        false if plans.iter().all(|it| each(it.facts).iter().all(|it| it.1.region.is_some())) => {
            format!("`{}` keeps them there.", plan.label())
        }
        false => format!("every vault that `{}` names is there.", plan.label()),
    };
    let text = format!("If {own} goes, the copies of `{label}` go with it: {why}");
    all_here.then(|| Statement::new(text, vec![case.named(plan.id)]))
}

/// Of a vault whose cloud copies it to a second region, which Azure opens when it has given up the first one, or
/// at any time where that is asked for (learn.microsoft.com/azure/backup/backup-create-recovery-services-vault).
fn in_pair(vault: Of<'_, BackupVault>, own: &str, label: &str) -> Option<String> {
    (vault.facts.spread.value() == Some(&VaultSpread::Regions)).then_some(())?;
    let name = vault.component.label();
    match vault.facts.restores_across_regions.value() {
        Some(true) => Some(format!(
            "If {own} goes, the copies of `{label}` in `{name}` can be restored in the region that is paired with it."
        )),
        Some(false) => Some(format!(
            "If {own} goes, the region that is paired with it has the copies of `{label}` in `{name}`, and nobody but Microsoft opens them there: `cross_region_restore_enabled` is off."
        )),
        None => None,
    }
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
