//! Backups that nobody can delete before their time.

use kai_core::Environment;
use kai_graph::{Component, Solid};

use super::evidence::{Evidence, credit};
use crate::Context;

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let components = ctx.system.components().iter();
    let production = components.filter(|it| ctx.system.environment(it) == Environment::Production);
    credit(production.filter_map(evidence).collect(), "vault", ctx)
}

fn evidence(component: &Component) -> Option<Evidence<'_>> {
    let is_lock = component.native_kind == "aws_backup_vault_lock_configuration";
    is_lock.then(|| Evidence {
        component,
        at: component.origin,
        title: format!("`{}` keeps backups from being deleted early while it stands", component.label()),
        verify: "aws backup describe-backup-vault --backup-vault-name NAME --query '[MinRetentionDays,LockDate]' # from that date on nobody can lift it".to_owned(),
    })
}
