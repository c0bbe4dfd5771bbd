//! Databases of a cloud that are backed up and protected from deletion.

use kai_core::Environment;
use kai_graph::{Cloud, ManagedDatabase, Of, Solid};

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
        title: format!("`{}` is backed up and protected from deletion", component.label()),
        verify: format!("{} # then restore the newest backup beside it", shown(database)),
    })
}

/// The cloud's own word on both; Terraform's protection shows in a plan alone.
fn shown(database: Of<'_, ManagedDatabase>) -> String {
    let protection = database.facts.is_protected.traced();
    let is_own = protection.is_some_and(|it| it.origin == database.component.origin);
    let name = database.cloud_name.value().map_or("NAME", |it| it.as_str());
    match (database.cloud, database.component.native_kind.as_str()) {
        (Cloud::Amazon, "aws_rds_cluster") => format!(
            "aws rds describe-db-clusters --db-cluster-identifier {name} --query 'DBClusters[].[DeletionProtection,BackupRetentionPeriod]'"
        ),
        (Cloud::Amazon, "aws_db_instance") => format!(
            "aws rds describe-db-instances --db-instance-identifier {name} --query 'DBInstances[].[DeletionProtection,BackupRetentionPeriod]'"
        ),
        // Where it is not Terraform's own, it is a lock.
        (Cloud::Azure, _) if !is_own => {
            "az lock list --resource-group GROUP --query '[].[name,level,id]'".to_owned()
        }
        (Cloud::Google, "google_sql_database_instance") => format!(
            "gcloud sql instances describe {name} --format='value(settings.deletionProtectionEnabled,settings.backupConfiguration.enabled)'"
        ),
        (_, kind) => format!("terraform state show {kind}.{}", database.component.name),
    }
}
