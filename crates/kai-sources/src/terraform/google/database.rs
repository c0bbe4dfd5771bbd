//! Databases of Cloud SQL.

use kai_core::{Known, Origins, Reason, Role};
use kai_graph::{Cloud, ComponentKind, Facts, ManagedDatabase, Opening};
use kai_terraform::roots::Instance;
use kai_terraform::value::Value;

use super::super::database::{database, material, protection};
use super::super::fields::{at, flag, may_be, may_be_there, or_default, parsed, text};
use super::super::firewall::is_world;

/// `google_sql_database_instance`: without `backup_configuration` there are no backups, and without
/// `deletion_protection` Terraform refuses to delete it
/// (registry.terraform.io/providers/hashicorp/google, `sql_database_instance`).
pub(super) fn instance(instance: &Instance, origins: &Origins) -> Option<(ComponentKind, Facts)> {
    let values = &instance.values;
    // A replica is a copy of what has backups, and a clone or a replica cannot have its own.
    if may_be_there(values, &["master_instance_name"]) {
        return None;
    }
    let absent = || origins.defaulted(Role::ProviderDefault, instance.origin);
    let backup = ["settings", "backup_configuration", "enabled"];
    let point = ["settings", "backup_configuration", "point_in_time_recovery_enabled"];
    let binary_log = ["settings", "backup_configuration", "binary_log_enabled"];
    let point = flag(values, &point).or(|| flag(values, &binary_log));
    // The provider keeps Terraform from deleting it, the API keeps everybody.
    let by_api = flag(values, &["settings", "deletion_protection_enabled"]);
    let by_tool = flag(values, &["deletion_protection"]);
    let is_protected = if by_api.value() == Some(&true) { by_api } else { by_tool };
    Some(database(ManagedDatabase {
        cloud: Cloud::Google,
        cloud_name: text(values, &["name"]),
        home: text(values, &["project"]),
        server: None,
        has_standby: or_default(
            standby(values, &["settings", "availability_type"]),
            false,
            absent(),
        ),
        has_backup: or_default(flag(values, &backup), false, absent()),
        has_point_in_time: or_default(point, false, absent()),
        is_protected: or_default(protection(instance, is_protected), true, absent()),
        leaves_copy: Known::default(),
        is_changed_at_once: Known::Unknown(Reason::NotDeclared),
        openings: openings(values),
        material: material(instance, &["root_password"]),
    }))
}

/// Backups are off unless `backup_configuration` turns them on, and `deletion_protection` is on
/// (terraform-google-modules/terraform-google-sql-db, `modules/*/variables.tf`).
pub(super) fn of_call(call: &Instance, origins: &Origins) -> (ComponentKind, Facts) {
    let inputs = &call.values;
    let absent = || origins.defaulted(Role::ProviderDefault, call.origin);
    let point = ["backup_configuration", "point_in_time_recovery_enabled"];
    let binary_log = ["backup_configuration", "binary_log_enabled"];
    let point = flag(inputs, &point).or(|| flag(inputs, &binary_log));
    let backup = flag(inputs, &["backup_configuration", "enabled"]);
    let by_api = flag(inputs, &["deletion_protection_enabled"]);
    let by_tool = flag(inputs, &["deletion_protection"]);
    let is_protected = if by_api.value() == Some(&true) { by_api } else { by_tool };
    // A suffix is added to the name where it is asked for.
    let name = match flag(inputs, &["random_instance_name"]).value() {
        Some(true) => Known::Unknown(Reason::ComputedAtApply),
        _ => text(inputs, &["name"]),
    };
    database(ManagedDatabase {
        cloud: Cloud::Google,
        cloud_name: name,
        home: text(inputs, &["project_id"]),
        server: None,
        has_standby: or_default(standby(inputs, &["availability_type"]), false, absent()),
        has_backup: or_default(backup, false, absent()),
        has_point_in_time: or_default(point, false, absent()),
        is_protected: or_default(is_protected, true, absent()),
        leaves_copy: Known::default(),
        is_changed_at_once: Known::Unknown(Reason::NotDeclared),
        openings: Vec::new(),
        material: material(call, &["user_password", "root_password"]),
    })
}

/// The networks that may come to its public address, where whoever comes needs no certificate
/// (registry.terraform.io/providers/hashicorp/google, `sql_database_instance`).
fn openings(values: &Value) -> Vec<Opening> {
    let around = ["settings", "ip_configuration"];
    let at_ip = |name| [&around[..], &[name]].concat();
    let may_be_private = may_be(&flag(values, &at_ip("ipv4_enabled")), |it| !it);
    let may_be_mutual =
        may_be(&text(values, &at_ip("ssl_mode")), |it| it == "TRUSTED_CLIENT_CERTIFICATE_REQUIRED")
            || may_be(&flag(values, &at_ip("require_ssl")), |it| *it);
    let port = match text(values, &["database_version"]).value().map(|it| it.as_str()) {
        Some(it) if it.starts_with("POSTGRES") => 5432,
        Some(it) if it.starts_with("MYSQL") => 3306,
        Some(it) if it.starts_with("SQLSERVER") => 1433,
        _ => return Vec::new(),
    };
    let networks = at(values, &at_ip("authorized_networks")).ok().flatten();
    let networks = networks.and_then(Value::elements).map_or(&[][..], |it| &it[..]);
    let open = networks.iter().filter_map(|it| at(it, &["value"]).ok().flatten());
    let open = open.filter(|it| !may_be_private && !may_be_mutual && is_world(it));
    open.map(|it| Opening { first: port, last: port, origin: it.origin }).collect()
}

/// `REGIONAL` keeps a standby in another zone; a machine is alone where nothing is written.
fn standby(values: &Value, path: &[&str]) -> Known<bool> {
    parsed(values, path, |it| Some(it == "REGIONAL"))
}
