//! Backups that nobody can delete before their time.

use kai_core::{Environment, OriginId};
use kai_graph::{Component, Facts, Solid, VaultGuard};

use super::evidence::{Evidence, credit};
use crate::Context;

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let components = ctx.system.components().iter();
    let production = components.filter(|it| ctx.system.environment(it) == Environment::Production);
    credit(production.filter_map(evidence).collect(), "vault", ctx)
}

fn evidence(component: &Component) -> Option<Evidence<'_>> {
    let (at, verify) = lock(component)?;
    Some(Evidence {
        component,
        at,
        title: format!(
            "`{}` keeps backups from being deleted early while it stands",
            component.label()
        ),
        verify: verify.to_owned(),
    })
}

/// Where a lock is written, and the command that shows it. Amazon's is a resource of its own.
fn lock(component: &Component) -> Option<(OriginId, &'static str)> {
    if component.native_kind == "aws_backup_vault_lock_configuration" {
        let shown = "aws backup describe-backup-vault --backup-vault-name NAME --query '[MinRetentionDays,LockDate]' # from that date on nobody can lift it";
        return Some((component.origin, shown));
    }
    let Facts::BackupVault(facts) = &component.facts else { return None };
    let lock = facts.guard.traced().filter(|it| it.value == VaultGuard::Lock)?;
    let shown = match component.native_kind.as_str() {
        "google_backup_dr_backup_vault" => {
            "gcloud backup-dr backup-vaults describe NAME --location LOCATION --format 'value(backupMinimumEnforcedRetentionDuration,effectiveTime)' # from that time on nobody shortens it"
        }
        "azurerm_recovery_services_vault" => {
            "az backup vault show --resource-group GROUP --name NAME --query properties.securitySettings.immutabilitySettings.state # says `Locked`"
        }
        _ => {
            "az dataprotection backup-vault show --resource-group GROUP --vault-name NAME --query properties.securitySettings.immutabilitySettings.state # says `Locked`"
        }
    };
    Some((lock.origin, shown))
}
