//! Databases that Azure runs. All of them are backed up, whatever is written, and all but Cosmos DB, where that is
//! asked for, can be set back to any moment (learn.microsoft.com/azure/postgresql/backup-restore/concepts-backup-restore,
//! …/azure-sql/database/automated-backups-overview, …/cosmos-db/online-backup-and-restore).

use kai_core::{Known, Origins, Reason, Role};
use kai_graph::{Cloud, ComponentKind, Facts, ManagedDatabase};
use kai_terraform::roots::Instance;

use super::super::database::{database, material, protection};
use super::super::fields::{at, flag, or_default, parsed, text};
use super::super::naming::{means, naming};

/// A flexible server of PostgreSQL or MySQL: alone unless `high_availability` gives it a standby, in
/// its own zone or in another one.
pub(super) fn server(
    instance: &Instance,
    all: &[Instance],
    origins: &Origins,
) -> Option<(ComponentKind, Facts)> {
    let values = &instance.values;
    let mode = text(values, &["create_mode"]);
    if mode.value().is_some_and(|it| it == "Replica") {
        return Some((ComponentKind::Datastore, Facts::Named));
    }
    let absent = origins.defaulted(Role::ProviderDefault, instance.origin);
    // One in the same zone stands in for a machine and not for a zone: neither yes nor no.
    let mode = ["high_availability", "mode"];
    let standby = parsed(values, &mode, |it| (it == "ZoneRedundant").then_some(true));
    Some(facts(instance, all, or_default(standby, false, absent), origins))
}

/// A database that Azure keeps on several machines in any case, in several zones where it is told to.
pub(super) fn spread(
    instance: &Instance,
    all: &[Instance],
    origins: &Origins,
) -> Option<(ComponentKind, Facts)> {
    let values = &instance.values;
    let mode = text(values, &["create_mode"]);
    if mode.value().is_some_and(|it| matches!(it.as_str(), "Secondary" | "OnlineSecondary")) {
        return Some((ComponentKind::Datastore, Facts::Named));
    }
    let zones = flag(values, &["zone_redundant"]);
    let zones = zones.or(|| flag(values, &["geo_location", "zone_redundant"]));
    let is_spread = zones.value() == Some(&true);
    let standby = if is_spread { zones } else { Known::Unknown(Reason::Unreadable) };
    Some(facts(instance, all, standby, origins))
}

fn facts(
    instance: &Instance,
    all: &[Instance],
    has_standby: Known<bool>,
    origins: &Origins,
) -> (ComponentKind, Facts) {
    let absent = || origins.defaulted(Role::ProviderDefault, instance.origin);
    database(ManagedDatabase {
        cloud: Cloud::Azure,
        cloud_name: text(&instance.values, &["name"]),
        home: text(&instance.values, &["resource_group_name"]),
        server: naming(&instance.values, &["server_id"]),
        has_standby,
        has_backup: Known::new(true, absent()),
        has_point_in_time: match instance.ty.as_str() {
            "azurerm_cosmosdb_account" => {
                let kind =
                    parsed(&instance.values, &["backup", "type"], |it| Some(it == "Continuous"));
                or_default(kind, false, absent())
            }
            _ => Known::new(true, absent()),
        },
        is_protected: protection(instance, lock(instance, all)),
        leaves_copy: Known::default(),
        is_changed_at_once: Known::default(),
        openings: Vec::new(),
        material: material(instance, &["administrator_password"]),
    })
}

/// Whether a lock of the same plan keeps everybody from deleting it. One of its group may be elsewhere.
fn lock(instance: &Instance, all: &[Instance]) -> Known<bool> {
    let is_lock = |it: &&Instance| {
        it.ty == "azurerm_management_lock"
            && naming(&it.values, &["scope"]).is_some_and(|it| means(&it, instance, &["id"]))
    };
    match all.iter().find(is_lock) {
        Some(lock) => match at(&lock.values, &["lock_level"]) {
            Ok(Some(level)) => Known::new(true, level.origin),
            _ => Known::Unknown(Reason::Unreadable),
        },
        None => Known::Unknown(Reason::NotDeclared),
    }
}
