//! Databases that a cloud runs.

use kai_core::{Known, Origins, Reason, Role, SmolStr};
use kai_graph::{Cloud, ComponentKind, Facts, ManagedDatabase, Material};
use kai_terraform::roots::Instance;
use kai_terraform::value::Value;

use super::fields::{at, flag, is_positive, may_be_there, or_default, text};
use super::naming::{means, naming};
use crate::material::{Place, in_value};

/// `aws_db_instance` keeps backups for no day where `backup_retention_period` is not written, and
/// clusters for one (registry.terraform.io/providers/hashicorp/aws). Where there are backups, the logs
/// since the last one are there too.
pub(super) fn amazon(
    instance: &Instance,
    all: &[Instance],
    origins: &Origins,
) -> Option<(ComponentKind, Facts)> {
    const NOT_ALONE: &[&str] =
        &["replicate_source_db", "replication_source_identifier", "global_cluster_identifier"];
    let values = &instance.values;
    if NOT_ALONE.iter().any(|it| may_be_there(values, &[it])) {
        return None;
    }
    let absent = || origins.defaulted(Role::ProviderDefault, instance.origin);
    let is_cluster = instance.ty != "aws_db_instance";
    let backup = is_positive(values, &["backup_retention_period"]);
    let has_backup = or_default(backup, is_cluster, absent());
    let name = if is_cluster { "cluster_identifier" } else { "identifier" };
    let standby = flag(values, &["multi_az"]);
    Some(database(ManagedDatabase {
        cloud: Cloud::Amazon,
        cloud_name: text(values, &[name]),
        home: Known::default(),
        server: None,
        has_standby: match is_cluster {
            true => standby.or(|| members(instance, all)),
            false => or_default(standby, false, absent()),
        },
        has_point_in_time: has_backup.clone(),
        has_backup,
        // Left out it is off, and often on where the module is called.
        is_protected: protection(instance, flag(values, &["deletion_protection"])),
        leaves_copy: or_default(leaves_copy(values), true, absent()),
        is_changed_at_once: flag(values, &["apply_immediately"]),
        openings: Vec::new(),
        material: material(instance, &["password", "master_password"]),
    }))
}

/// Whether a snapshot or the automatic backups stay when it is deleted: these go with it unless
/// `delete_automated_backups` says otherwise (registry.terraform.io/providers/hashicorp/aws).
fn leaves_copy(values: &Value) -> Known<bool> {
    let ends_backups = flag(values, &["delete_automated_backups"]);
    match ends_backups {
        Known::Unknown(Reason::NotDeclared) => {}
        Known::Unknown(reason) => return Known::Unknown(reason),
        Known::Value(it) if !it.value => return Known::new(true, it.origin),
        Known::Value(_) => {}
    }
    flag(values, &["skip_final_snapshot"]).map(|it| !it)
}

/// Whether it refuses to be deleted: the cloud by a flag, or Terraform by `prevent_destroy`.
pub(super) fn protection(instance: &Instance, by_cloud: Known<bool>) -> Known<bool> {
    match instance.is_protected {
        true => Known::new(true, instance.origin),
        false => by_cloud,
    }
}

/// Whether a cluster has a second member to take over, by those that the same root declares.
fn members(cluster: &Instance, all: &[Instance]) -> Known<bool> {
    let ty = format!("{}_instance", cluster.ty);
    let own: Vec<_> = all
        .iter()
        .filter(|it| it.ty == ty && !it.address.contains("[?]"))
        .filter(|it| {
            let of = naming(&it.values, &["cluster_identifier"]);
            of.is_some_and(|it| means(&it, cluster, &["cluster_identifier", "id"]))
        })
        .collect();
    let is_counted = !all.iter().any(|it| it.ty == ty && it.address.contains("[?]"));
    match &own[..] {
        [_] if !is_counted => Known::Unknown(Reason::ComputedAtApply),
        [] => Known::Unknown(Reason::NotInRepository),
        [one] => Known::new(false, one.origin),
        [_, second, ..] => Known::new(true, second.origin),
    }
}

/// `aws_dynamodb_table`: it cannot be set back unless `point_in_time_recovery` says so, and is in three
/// zones (registry.terraform.io/providers/hashicorp/aws; Amazon DynamoDB Developer Guide). Locks and
/// what expires by itself are nothing to keep.
pub(super) fn table(instance: &Instance, origins: &Origins) -> Option<(ComponentKind, Facts)> {
    const PASSING: &[&str] = &["cache", "lock", "session"];
    let values = &instance.values;
    let cloud_name = text(values, &["name"]);
    let names = [Some(instance.address.as_str()), cloud_name.value().map(|it| it.as_str())];
    let is_passing = names
        .into_iter()
        .flatten()
        .any(|it| PASSING.iter().any(|word| it.to_ascii_lowercase().contains(word)));
    let is_lock = text(values, &["hash_key"]).value().is_some_and(|it| it == "LockID");
    if is_passing || is_lock || may_be_there(values, &["ttl"]) {
        return None;
    }
    let absent = || origins.defaulted(Role::ProviderDefault, instance.origin);
    let point = or_default(flag(values, &["point_in_time_recovery", "enabled"]), false, absent());
    Some(database(ManagedDatabase {
        cloud: Cloud::Amazon,
        cloud_name,
        home: Known::default(),
        server: None,
        has_standby: Known::default(),
        has_backup: point.clone(),
        has_point_in_time: point,
        is_protected: protection(instance, flag(values, &["deletion_protection_enabled"])),
        leaves_copy: Known::default(),
        is_changed_at_once: Known::default(),
        openings: Vec::new(),
        material: Vec::new(),
    }))
}

/// A domain of OpenSearch: one machine where nothing is written, in one zone unless
/// `zone_awareness_enabled` says otherwise, with hourly snapshots (Amazon OpenSearch Service Developer
/// Guide).
pub(super) fn search(instance: &Instance, origins: &Origins) -> (ComponentKind, Facts) {
    let values = &instance.values;
    let absent = || origins.defaulted(Role::ProviderDefault, instance.origin);
    let zones = flag(values, &["cluster_config", "zone_awareness_enabled"]);
    database(ManagedDatabase {
        cloud: Cloud::Amazon,
        cloud_name: text(values, &["domain_name"]),
        home: Known::default(),
        server: None,
        has_standby: or_default(zones, false, absent()),
        has_backup: Known::new(true, absent()),
        has_point_in_time: Known::default(),
        is_protected: Known::default(),
        leaves_copy: Known::default(),
        is_changed_at_once: Known::default(),
        openings: Vec::new(),
        material: Vec::new(),
    })
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
