//! Databases that a cloud runs, and that one mistake ends.

use kai_core::{Edit, Environment, FailureMode, Fix, Hazard, Level, LossClass, Pillar, Role, Term};
use kai_graph::{Cloud, Component, Facts, ManagedDatabase};

use crate::block::Block;
use crate::waiver::waiver;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "cloud-database-unprotected",
    pillar: Pillar::Recovery,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("cloud_database_unprotected.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::ManagedDatabase(facts) = &component.facts else { return };
    if ctx.system.environment(component) != Environment::Production {
        return;
    }
    let is_bare = has_no_way_back(component, facts, ctx);
    let is_final = is_final(component, facts, ctx);
    let is_open = facts.is_protected.value() == Some(&false) || is_final;
    let (no_backup, no_protection) = (waiver(component, BACKUP), waiver(component, PROTECTION));
    let open = State {
        is_bare: is_bare && no_backup.is_none(),
        is_open: is_open && no_protection.is_none(),
        is_final,
    };
    if open.is_bare || open.is_open {
        out.push(hazard(component, facts, open, ctx));
    } else if is_bare || is_open {
        let waiver = no_backup.filter(|_| is_bare).or(no_protection);
        let all = State { is_bare, is_open, is_final };
        out.push(hazard(component, facts, all, ctx).waived(waiver));
    }
}

/// Checks of scanners that ask for backups.
const BACKUP: &[&str] =
    &["CKV_AWS_28", "CKV_AWS_133", "AVD-AWS-0024", "AVD-AWS-0077", "AVD-GCP-0024", "backup"];

/// Checks of scanners that ask for protection from deletion.
const PROTECTION: &[&str] =
    &["CKV_AWS_139", "CKV_AWS_293", "CKV_AWS_162", "AVD-AWS-0177", "deletion"];

/// What is wrong with a database.
#[derive(Debug, Clone, Copy)]
struct State {
    is_bare: bool,
    is_open: bool,
    is_final: bool,
}

/// True where deleting it is allowed, which it is at Amazon where nothing is written, and leaves no copy.
fn is_final(component: &Component, facts: &ManagedDatabase, ctx: Context<'_>) -> bool {
    let is_allowed =
        facts.is_protected.value() == Some(&false) || facts.is_protected.is_not_declared();
    is_allowed
        && facts.leaves_copy.value() == Some(&false)
        && !copies_elsewhere(component, facts, ctx)
}

/// True where a plan copies it, or may: what selects by tags, or names a plan that is not here.
fn copies_elsewhere(component: &Component, facts: &ManagedDatabase, ctx: Context<'_>) -> bool {
    let system = ctx.system;
    let is_loose = |it: &Component| {
        it.native_kind == "aws_backup_selection"
            && !system.backup_plans().any(|plan| plan.component.root == it.root)
    };
    system.plans_of(component).next().is_some()
        || system.plans_that_may_copy(component).next().is_some()
        || facts.cloud == Cloud::Amazon && system.components().iter().any(is_loose)
}

/// True where it makes no copies of itself and nothing near is made to copy it.
fn has_no_way_back(component: &Component, facts: &ManagedDatabase, ctx: Context<'_>) -> bool {
    let is_bare =
        facts.has_backup.value() == Some(&false) && facts.has_point_in_time.value() != Some(&true);
    is_bare && !copies_elsewhere(component, facts, ctx)
}

fn hazard(
    component: &Component,
    facts: &ManagedDatabase,
    State { is_bare, is_open, is_final }: State,
    ctx: Context<'_>,
) -> Hazard {
    let label = component.label();
    let (title, message) = match (is_bare, is_open) {
        (true, true) => (
            "no backups, and deletion is allowed",
            format!(
                "`{label}` keeps no backups of its own and may be deleted; a dropped table, a bad migration or a \
                 plan that replaces it is final"
            ),
        ),
        (true, false) => (
            "no backups",
            format!(
                "`{label}` keeps no backups of its own; a dropped table or a bad migration is final, and a standby \
                 repeats it"
            ),
        ),
        (false, _) if is_final => (
            "deletion is allowed and leaves no copy",
            format!(
                "`{label}` may be deleted, leaves no last snapshot, and its automatic backups go with it; a plan that \
                 replaces it, or a `destroy` in the wrong folder, is final"
            ),
        ),
        (false, _) => (
            "deletion is allowed",
            format!(
                "`{label}` may be deleted; a plan that replaces it, or a `destroy` in the wrong folder, ends it"
            ),
        ),
    };
    let loss = if is_bare || is_final { LossClass::Irreversible } else { LossClass::Degraded };
    let protection = facts.is_protected.traced().filter(|_| is_open).map(|it| it.origin);
    let copy = facts.leaves_copy.traced().filter(|_| is_final).map(|it| it.origin);
    let hazard = RULE
        .worsens(component.id, FailureMode::DataLoss, Term::Loss, title, message)
        .at(protection.or(copy).unwrap_or(component.origin))
        .loses(loss)
        .shows_as("A plan that says `must be replaced` or `will be destroyed`; else the first query that fails")
        .recover(match is_bare || is_final {
            true => "From a copy made elsewhere; else none",
            false => "Restore the newest backup that outlives the database into a new one",
        })
        .remedy(remedy(component, facts.cloud, is_bare, is_open))
        .verify(verify(component, facts));
    let hazard = match (copy, protection) {
        (Some(copy), Some(_)) => hazard.related(copy, "no last snapshot is made"),
        _ => hazard,
    };
    let hazard = match facts.has_backup.traced().filter(|_| is_bare) {
        Some(it) if ctx.origins.role(it.origin) != Role::ProviderDefault => {
            hazard.related(it.origin, "backups are turned off")
        }
        Some(_) if protection.is_some() => {
            hazard.related(component.origin, "no backups are declared")
        }
        _ => hazard,
    };
    let hazard = plans_of_others(component, is_bare, ctx).fold(hazard, |hazard, it| {
        hazard.related(it.origin, format!("`{}` copies others, and not this one", it.label()))
    });
    let fix = match is_bare && is_table(component) && !is_open {
        true => set_back(component, ctx),
        false => protection.filter(|_| !is_bare).and_then(|it| fix(it, ctx)),
    };
    hazard.fix(fix)
}

/// Plans of production that copy what they name, where they leave this one out.
fn plans_of_others<'a>(
    component: &'a Component,
    is_bare: bool,
    ctx: Context<'a>,
) -> impl Iterator<Item = &'a Component> {
    let kind = component.native_kind.as_str();
    let plans = ctx.system.backup_plans().filter(move |it| is_bare && it.takes.contains(&kind));
    let plans = plans.map(|it| it.component);
    plans.filter(move |it| ctx.system.environment(it) == Environment::Production).take(2)
}

/// DynamoDB is set back by itself, where that is turned on, and has a flag of its own.
fn is_table(component: &Component) -> bool {
    component.native_kind == "aws_dynamodb_table"
}

fn remedy(component: &Component, cloud: Cloud, is_bare: bool, is_open: bool) -> String {
    let copies = match cloud {
        Cloud::Amazon if is_table(component) => "turn on `point_in_time_recovery`",
        Cloud::Azure => "set `backup_retention_days` to the days that you need",
        Cloud::Google => "turn on `backup_configuration` with `point_in_time_recovery_enabled`",
        Cloud::Amazon => "set `backup_retention_period` to the days that you need",
    };
    let mut steps = Vec::new();
    steps.extend(is_bare.then_some(copies));
    // Terraform's own refusal and the cloud's are two settings at Google.
    steps.extend(is_open.then_some(match (cloud, is_table(component)) {
        (Cloud::Azure, _) => "add an `azurerm_management_lock` of level `CanNotDelete` to it",
        (Cloud::Google, _) => {
            "set `deletion_protection` and `deletion_protection_enabled` to `true`"
        }
        (Cloud::Amazon, true) => "set `deletion_protection_enabled = true`",
        (Cloud::Amazon, false) => "set `deletion_protection = true`",
    }));
    steps.extend(is_bare.then_some("restore one beside it on a schedule"));
    let mut text = steps.join(", ");
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

fn verify(component: &Component, facts: &ManagedDatabase) -> String {
    let name = facts.cloud_name.value();
    match facts.cloud {
        Cloud::Azure => {
            "az lock list --resource-group GROUP --query '[].[name,level,id]'".to_owned()
        }
        Cloud::Google => {
            let wanted = "settings.backupConfiguration.enabled,settings.deletionProtectionEnabled";
            match name {
                Some(it) => {
                    format!("gcloud sql instances describe {it} --format='value({wanted})'")
                }
                None => format!("gcloud sql instances list --format='table(name,{wanted})'"),
            }
        }
        Cloud::Amazon if is_table(component) => {
            "aws dynamodb describe-continuous-backups --table-name NAME --query \
             ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus"
                .to_owned()
        }
        Cloud::Amazon => "aws rds describe-db-instances --query \
             'DBInstances[].[DBInstanceIdentifier,BackupRetentionPeriod,DeletionProtection]'"
            .to_owned(),
    }
}

/// A table of DynamoDB needs no number for it.
fn set_back(component: &Component, ctx: Context<'_>) -> Option<Fix> {
    let block = Block::of(component, ctx).filter(|it| !it.holds("point_in_time_recovery"))?;
    let edits = block.append(&["point_in_time_recovery {", "  enabled = true", "}"])?;
    Some(Fix::unsafely("Let it be set back to any second of the last 35 days", edits))
}

/// Where the word itself stands.
fn fix(origin: kai_core::OriginId, ctx: Context<'_>) -> Option<Fix> {
    let span = ctx.origins.editable(origin)?;
    let document = ctx.origins.document(span.document);
    let text = document.text.get(span.start as usize..span.end as usize)?;
    (text == "false")
        .then(|| Fix::unsafely("Refuse to delete the database", vec![Edit::replace(span, "true")]))
}
