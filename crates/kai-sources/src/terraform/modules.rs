//! Well-known modules of the registry, by what they are given.
//!
//! What a module makes of an input that is left out stands in its `variables.tf`; only modules of
//! which that was read are here.

use kai_core::{Known, Origins, Role};
use kai_graph::{Cloud, ComponentKind, Facts, ManagedDatabase};
use kai_terraform::roots::Instance;

use super::database::{database, material};
use super::fields::{flag, or_default, text};

/// `sql-db` under the names that it has had; the part after `//` says which database.
const CLOUD_SQL: &[&str] =
    &["GoogleCloudPlatform/sql-db/google", "terraform-google-modules/sql-db/google"];

/// The modules of `sql-db` whose inputs are the same.
const ENGINES: &[&str] = &["modules/mssql", "modules/mysql", "modules/postgresql"];

pub(super) fn facts(call: &Instance, origins: &Origins) -> Option<(ComponentKind, Facts)> {
    let source = call.ty.strip_prefix("registry.terraform.io/").unwrap_or(&call.ty);
    let (module, part) = source.split_once("//")?;
    (CLOUD_SQL.contains(&module) && ENGINES.contains(&part)).then(|| cloud_sql(call, origins))
}

/// Backups are off unless `backup_configuration` turns them on, and `deletion_protection` is on
/// (terraform-google-modules/terraform-google-sql-db, `modules/*/variables.tf`).
fn cloud_sql(call: &Instance, origins: &Origins) -> (ComponentKind, Facts) {
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
        Some(true) => Known::Unknown(kai_core::Reason::ComputedAtApply),
        _ => text(inputs, &["name"]),
    };
    database(ManagedDatabase {
        cloud: Cloud::Google,
        cloud_name: name,
        has_backup: or_default(backup, false, absent()),
        has_point_in_time: or_default(point, false, absent()),
        is_protected: or_default(is_protected, true, absent()),
        material: material(call, &["user_password", "root_password"]),
    })
}
