//! Copies of a database that whoever deletes it can delete too.

use kai_core::{FailureMode, Hazard, Known, Level, LossClass, Pillar, Term};
use kai_graph::{BackupPlan, BackupVault, Cloud, Component, Facts, Of, VaultGuard, VaultSpread};

use super::near;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "copies-in-one-place",
    pillar: Pillar::Recovery,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("copies_in_one_place.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::ManagedDatabase(facts) = &component.facts else { return };
    if !near::is_production(component, ctx) {
        return;
    }
    let plans: Vec<_> = ctx.system.plans_of(component).collect();
    // A plan that selects by tags, or a replication of its own, may keep one more elsewhere.
    let has_more = ctx.system.plans_that_may_copy(component).next().is_some()
        || near::components(component, ctx)
            .any(|it| it.native_kind == "aws_db_instance_automated_backups_replication");
    let Some(vaults) = vaults(&plans, ctx).filter(|it| !it.is_empty() && !has_more) else { return };
    if vaults.iter().all(|it| is_beside(component, *it)) {
        out.push(hazard(component, facts.cloud, &plans, &vaults));
    }
}

/// Every vault that the plans name, each once; none where one of them was not read.
fn vaults<'a>(plans: &[Of<'a, BackupPlan>], ctx: Context<'a>) -> Option<Vec<Of<'a, BackupVault>>> {
    let mut vaults: Vec<Of<'a, BackupVault>> = Vec::new();
    for plan in plans {
        for named in plan.facts.rules.iter().flat_map(|it| &it.vaults) {
            let vault = ctx.system.vault(named, plan.component)?;
            if !vaults.iter().any(|it| it.component.id == vault.component.id) {
                vaults.push(vault);
            }
        }
    }
    Some(vaults)
}

/// True for a vault of the same account and region that nothing guards, and of which no other region has a copy: one
/// configuration of the provider makes both.
fn is_beside(component: &Component, vault: Of<'_, BackupVault>) -> bool {
    let may_be_afar = may_be(&vault.facts.spread, VaultSpread::Regions);
    let same = |key| component.label_value(key) == vault.component.label_value(key);
    component.label_value("configured-by").is_some()
        && same("configured-by")
        && same("region")
        && !may_be_afar
        && vault.facts.guard.value() == Some(&VaultGuard::Nothing)
}

fn may_be(spread: &Known<VaultSpread>, wanted: VaultSpread) -> bool {
    spread.value().map_or(!spread.is_not_declared(), |it| *it == wanted)
}

fn hazard(
    component: &Component,
    cloud: Cloud,
    plans: &[Of<'_, BackupPlan>],
    vaults: &[Of<'_, BackupVault>],
) -> Hazard {
    let address = near::address(component);
    let plan: Vec<_> = plans.iter().map(|it| near::address(it.component)).collect();
    let named: Vec<_> = vaults.iter().map(|it| near::address(it.component)).collect();
    let (keeps, it_is) = match vaults.len() {
        1 => ("vault", "it is"),
        _ => ("vaults", "they are"),
    };
    let message = format!(
        "{} {} the copies of `{address}` in the {keeps} {}: {it_is} of the account and region of the database, and \
         nothing guards them, so that whoever may delete the one may delete the other",
        words::list(&plan),
        if plan.len() == 1 { "keeps" } else { "keep" },
        words::list(&named),
    );
    let hazard = RULE
        .worsens(component.id, FailureMode::DataLoss, Term::Loss, "copies in one place with the data", message)
        .at(plans[0].component.origin)
        .related(component.origin, "what is copied")
        .loses(LossClass::Degraded)
        .shows_as(shows_as(cloud))
        .recover("From a copy that somebody made elsewhere; else none, where database and copies are gone")
        .remedy(remedy(cloud))
        .verify(verify(cloud));
    vaults.iter().fold(hazard, |hazard, it| {
        hazard.related(
            it.component.origin,
            format!("`{}` is neither locked nor guarded", near::address(it.component)),
        )
    })
}

fn shows_as(cloud: Cloud) -> &'static str {
    match cloud {
        Cloud::Amazon => {
            "`DeleteRecoveryPoint` in CloudTrail, from a session that is not the plan's"
        }
        Cloud::Azure => "`backupInstances/delete` in the activity log of the vault",
        Cloud::Google => "`DeleteBackup` in the audit log of the vault's project",
    }
}

fn remedy(cloud: Cloud) -> &'static str {
    match cloud {
        Cloud::Amazon => {
            "Copy on to a vault of another account or region (`copy_action`), and lock it \
             (`aws_backup_vault_lock_configuration`), so that it keeps what it has until it expires"
        }
        Cloud::Azure => {
            "Let the vault keep what is deleted (`soft_delete`), lock it (`immutability`), and make it `GeoRedundant` \
             with `cross_region_restore_enabled`, which takes a new vault"
        }
        Cloud::Google => {
            "Keep the copies in a vault of another project and region, with an enforced retention"
        }
    }
}

fn verify(cloud: Cloud) -> &'static str {
    match cloud {
        Cloud::Amazon => {
            "aws backup list-backup-vaults --query 'BackupVaultList[].[BackupVaultName,Locked]' # then the same with \
             --region of the second one"
        }
        Cloud::Azure => {
            "az dataprotection backup-vault list --query '[].[name,location,properties.securitySettings]'"
        }
        Cloud::Google => {
            "gcloud backup-dr backup-vaults list --format='table(name,backupMinimumEnforcedRetentionDuration)'"
        }
    }
}
