//! Databases that a cloud runs.

use kai_core::{Known, Origins, Role, SmolStr};
use kai_graph::{Cloud, ComponentKind, Facts, ManagedDatabase, Material};
use kai_terraform::roots::Instance;

use super::fields::{at, flag, is_positive, may_be_there, or_default, text};
use crate::material::{Place, in_value};

/// `aws_db_instance` keeps backups for no day where `backup_retention_period` is not written, and
/// `aws_rds_cluster` for one (registry.terraform.io/providers/hashicorp/aws). Where there are
/// backups, the logs since the last one are there too.
pub(super) fn amazon(
    instance: &Instance,
    origins: &Origins,
    days: u8,
) -> Option<(ComponentKind, Facts)> {
    const NOT_ALONE: &[&str] =
        &["replicate_source_db", "replication_source_identifier", "global_cluster_identifier"];
    let values = &instance.values;
    if NOT_ALONE.iter().any(|it| may_be_there(values, &[it])) {
        return None;
    }
    let absent = || origins.defaulted(Role::ProviderDefault, instance.origin);
    let backup = is_positive(values, &["backup_retention_period"]);
    let has_backup = or_default(backup, days > 0, absent());
    let is_aurora = instance.ty == "aws_rds_cluster";
    let name = if is_aurora { "cluster_identifier" } else { "identifier" };
    Some(database(ManagedDatabase {
        cloud: Cloud::Amazon,
        cloud_name: text(values, &[name]),
        home: Known::default(),
        has_standby: flag(values, &["multi_az"]),
        has_point_in_time: has_backup.clone(),
        has_backup,
        // Left out it is off, and often on where the module is called.
        is_protected: flag(values, &["deletion_protection"]),
        is_changed_at_once: flag(values, &["apply_immediately"]),
        material: material(instance, &["password", "master_password"]),
    }))
}

pub(super) fn database(facts: ManagedDatabase) -> (ComponentKind, Facts) {
    (ComponentKind::Datastore, Facts::ManagedDatabase(Box::new(facts)))
}

/// Passwords that are written under these names.
pub(super) fn material(instance: &Instance, names: &[&str]) -> Vec<Material> {
    let found = |name: &&str| {
        let value = at(&instance.values, &[name]).ok()??;
        let text = value.as_str()?;
        let first = in_value(name, text, Place::Secret).into_iter().next()?;
        Some(first.material(&SmolStr::from(*name), text, value.origin))
    };
    names.iter().filter_map(found).collect()
}
