//! Policies and vaults of Azure Backup, of its two services: Recovery Services vaults and Backup vaults.

use std::time::Duration;

use kai_core::{Known, Origins, Reason, Role, SmolStr};
use kai_graph::{
    BackupRule, BackupScope, BackupVault, ClusterCopy, ComponentKind, Facts, Schedule, VaultGuard,
    VaultRef, VaultSpread, iso_duration,
};
use kai_terraform::roots::Instance;
use kai_terraform::value::Value;

use super::super::backup::{self, DAY, Service, on_weekdays, vault_of, within_day};
use super::super::fields::{
    argument, at, flag, may_be_there, number, or_default, parsed, text, texts,
};
use super::super::naming::naming;

const RECOVERY_VAULT: &str = "azurerm_recovery_services_vault";
const BACKUP_VAULT: &str = "azurerm_data_protection_backup_vault";

/// Machines, under the names that they have had.
const MACHINES: &[&str] = &[
    "azurerm_linux_virtual_machine",
    "azurerm_virtual_machine",
    "azurerm_windows_virtual_machine",
];

/// What each kind of policy copies. Databases inside of machines are no resources of their own.
#[rustfmt::skip]
const SERVICES: &[Service] = &[
    service("azurerm_backup_policy_vm", &["azurerm_backup_protected_vm"], "source_vm_id", MACHINES),
    service("azurerm_backup_policy_file_share", &["azurerm_backup_protected_file_share"], "source_file_share_name", &["azurerm_storage_share"]),
    service("azurerm_backup_policy_vm_workload", &[], "", &[]),
    service("azurerm_data_protection_backup_policy_blob_storage", &["azurerm_data_protection_backup_instance_blob_storage"], "storage_account_id", &["azurerm_storage_account"]),
    service("azurerm_data_protection_backup_policy_data_lake_storage", &["azurerm_data_protection_backup_instance_data_lake_storage"], "storage_account_id", &["azurerm_storage_account"]),
    service("azurerm_data_protection_backup_policy_disk", &["azurerm_data_protection_backup_instance_disk"], "disk_id", &["azurerm_managed_disk"]),
    Service { of_cluster: Some(of_cluster), ..service("azurerm_data_protection_backup_policy_kubernetes_cluster", &["azurerm_data_protection_backup_instance_kubernetes_cluster"], "kubernetes_cluster_id", &["azurerm_kubernetes_cluster"]) },
    service("azurerm_data_protection_backup_policy_mysql_flexible_server", &["azurerm_data_protection_backup_instance_mysql_flexible_server"], "server_id", &["azurerm_mysql_flexible_server"]),
    service("azurerm_data_protection_backup_policy_postgresql", &["azurerm_data_protection_backup_instance_postgresql"], "database_id", &["azurerm_postgresql_database"]),
    service("azurerm_data_protection_backup_policy_postgresql_flexible_server", &["azurerm_data_protection_backup_instance_postgresql_flexible_server"], "server_id", &["azurerm_postgresql_flexible_server"]),
];

const fn service(
    plan: &'static str,
    joins: &'static [&'static str],
    thing: &'static str,
    takes: &'static [&'static str],
) -> Service {
    Service { plan, joins, by: "backup_policy_id", thing, takes, lists: &[], of_cluster: None }
}

/// What a resource of the two services is; none for any other one.
pub(super) fn of_resource(
    instance: &Instance,
    all: &[Instance],
    origins: &Origins,
) -> Option<(ComponentKind, Facts)> {
    let ty = instance.ty.as_str();
    if ty == RECOVERY_VAULT || ty == BACKUP_VAULT {
        return Some(vault(instance, origins));
    }
    if let Some(service) = SERVICES.iter().find(|it| it.plan == ty) {
        let plan = backup::plan(instance, service, all, rules(instance, all));
        return Some(backup::component(plan));
    }
    let service = SERVICES.iter().find(|it| it.joins.contains(&ty))?;
    Some(backup::join(instance, service, all, unknown_rule(instance, all)))
}

/// Volumes are left out where nothing is written (registry.terraform.io/providers/hashicorp/azurerm,
/// `data_protection_backup_instance_kubernetes_cluster`). Labels and types of objects choose more than namespaces do.
fn of_cluster(join: &Instance) -> ClusterCopy {
    const PARAMETERS: &str = "backup_datasource_parameters";
    const CHOICES: &[&str] =
        &["excluded_resource_types", "included_resource_types", "label_selectors"];
    let values = &join.values;
    let names = |name: &str| match texts(values, &[PARAMETERS, name]) {
        Known::Value(it) => Some(it.value),
        it => it.is_not_declared().then(Vec::new),
    };
    let is_chosen = CHOICES.iter().any(|it| may_be_there(values, &[PARAMETERS, it]));
    let scope = match (names("included_namespaces"), names("excluded_namespaces"), is_chosen) {
        (Some(included), Some(excluded), false) => {
            BackupScope::Namespaces { included, excluded, selector: None }
        }
        _ => BackupScope::Unknown,
    };
    let has_volumes = flag(values, &[PARAMETERS, "volume_snapshot_enabled"]);
    ClusterCopy { cluster: None, scope, has_volumes: or_default(has_volumes, false, join.origin) }
}

fn rules(policy: &Instance, all: &[Instance]) -> Vec<BackupRule> {
    let vaults = || vaults(policy, all);
    let values = &policy.values;
    match policy.ty.as_str() {
        "azurerm_backup_policy_vm" => vec![by_blocks(values, vaults(), false)],
        // Snapshots of a share stay in its account unless the tier is that of the vault.
        "azurerm_backup_policy_file_share" => {
            let tier = text(values, &["backup_tier"]);
            match tier.value().map(|it| it.as_str()) {
                Some("vault-standard") => vec![by_blocks(values, vaults(), false)],
                None if !tier.is_not_declared() => vec![by_blocks(values, Vec::new(), false)],
                _ => vec![by_blocks(values, vaults(), true)],
            }
        }
        "azurerm_backup_policy_vm_workload" => {
            let blocks = argument(values, "protection_policy").and_then(Value::elements);
            let blocks = blocks.into_iter().flat_map(|it| it.iter());
            blocks.map(|it| by_blocks(it, vaults(), false)).collect()
        }
        "azurerm_data_protection_backup_policy_blob_storage" => blobs(values, vaults()),
        // Disks and clusters are copied as snapshots in their own subscription, which a vault only orders
        // (learn.microsoft.com/azure/backup/disk-backup-overview, …/azure-kubernetes-service-backup-overview).
        "azurerm_data_protection_backup_policy_disk" => vec![by_interval(values, vaults(), true)],
        "azurerm_data_protection_backup_policy_kubernetes_cluster" => {
            vec![match is_in_vault(values) {
                Some(it) => by_interval(values, vaults(), !it),
                None => by_interval(values, Vec::new(), false),
            }]
        }
        _ => vec![by_interval(values, vaults(), false)],
    }
}

/// The vault that a policy, or what it protects, is in.
fn vaults(instance: &Instance, all: &[Instance]) -> Vec<VaultRef> {
    let named = |name: &str| naming(&instance.values, &[name]);
    let recovery = named("recovery_vault_name").map(|it| (it, RECOVERY_VAULT));
    let found = recovery
        .or_else(|| named("vault_id").or_else(|| named("vault_name")).map(|it| (it, BACKUP_VAULT)));
    found.map(|(it, ty)| vault_of(&it, ty, &["id", "name"], all)).into_iter().collect()
}

/// The rule of a policy that is not here. What may stay beside the data has no vault that is known to hold it.
fn unknown_rule(join: &Instance, all: &[Instance]) -> BackupRule {
    const BESIDE: &[&str] = &["_blob_storage", "_file_share", "_kubernetes_cluster"];
    let may_be_beside = BESIDE.iter().any(|it| join.ty.ends_with(it));
    BackupRule {
        vaults: if may_be_beside { Vec::new() } else { vaults(join, all) },
        is_beside: join.ty.ends_with("_disk"),
        ..backup::unknown_rule()
    }
}

/// A rule of the older service: blocks `backup` and `retention_daily` and its like.
fn by_blocks(values: &Value, vaults: Vec<VaultRef>, is_beside: bool) -> BackupRule {
    let (schedule, longest_gap) = times(values);
    let kept =
        |name: &str, days: u32| number(values, &[name, "count"]).map(|it| it.saturating_mul(days));
    let is_weekly = text(values, &["backup", "frequency"]).value().is_some_and(|it| it == "Weekly");
    let (daily, weekly) = (kept("retention_daily", 1), kept("retention_weekly", 7));
    let kept_days = if is_weekly { weekly.clone() } else { daily };
    let longer = [weekly, kept("retention_monthly", 30), kept("retention_yearly", 365)];
    let longer = longer.into_iter().skip(usize::from(is_weekly));
    BackupRule {
        schedule,
        longest_gap,
        kept_days: kept_days.or(|| kept("simple_retention", 1)),
        further_kept_days: longer.filter(|it| !it.is_not_declared()).collect(),
        locked_days: Known::default(),
        is_continuous: Known::default(),
        vaults,
        is_beside,
    }
}

/// When the block `backup` makes copies, as one says it, and how far apart they are at most.
fn times(values: &Value) -> (Known<SmolStr>, Option<Duration>) {
    let minutes = number(values, &["backup", "frequency_in_minutes"]);
    if let Known::Value(it) = minutes {
        let gap = Duration::from_secs(u64::from(it.value) * 60);
        return (Known::new(format!("every {} minutes", it.value).into(), it.origin), Some(gap));
    }
    let frequency = match text(values, &["backup", "frequency"]) {
        Known::Value(it) => it,
        Known::Unknown(reason) => return (Known::Unknown(reason), None),
    };
    let time = text(values, &["backup", "time"]);
    let clock = time.value().map(|it| format!(" at {it}")).unwrap_or_default();
    let (said, gap) = match frequency.value.as_str() {
        "Daily" => (format!("daily{clock}"), Some(DAY)),
        "Weekly" => weekly(values, &clock),
        "Hourly" => hourly(values),
        _ => return (Known::Unknown(Reason::Unreadable), None),
    };
    (Known::new(said.into(), frequency.origin), gap)
}

fn weekly(values: &Value, clock: &str) -> (String, Option<Duration>) {
    let days = at(values, &["backup", "weekdays"]).ok().flatten().and_then(Value::elements);
    let days: Option<Vec<&str>> = days.map(|it| it.iter().filter_map(Value::as_str).collect());
    let Some(days) = days.filter(|it| !it.is_empty()) else {
        return (format!("weekly{clock}"), None);
    };
    (format!("on {}{clock}", days.join(", ")), on_weekdays(&days))
}

/// Every few hours within a part of the day, and then not before the next one.
fn hourly(values: &Value) -> (String, Option<Duration>) {
    let read = |names: [&[&str]; 2]| number(values, names[0]).or(|| number(values, names[1]));
    let every = read([&["backup", "hour_interval"], &["backup", "hourly", "interval"]]);
    let lasts = read([&["backup", "hour_duration"], &["backup", "hourly", "window_duration"]]);
    match (every.value(), lasts.value()) {
        (Some(&every), Some(&lasts)) if every > 0 && lasts >= every => {
            let last = (lasts / every - 1).saturating_mul(every);
            let said = format!("every {every} hours, for {lasts} hours of the day");
            (said, Some(within_day(every, last)))
        }
        _ => ("hourly".to_owned(), None),
    }
}

/// A rule of the newer service: intervals and durations of ISO 8601.
fn by_interval(values: &Value, vaults: Vec<VaultRef>, is_beside: bool) -> BackupRule {
    let list = at(values, &["backup_repeating_time_intervals"]);
    let (schedule, longest_gap) = match list.map(|it| it.and_then(|it| Some((it, it.elements()?))))
    {
        Ok(Some((list, elements))) => intervals(list, elements),
        Ok(None) => (Known::default(), None),
        Err(reason) => (Known::Unknown(reason), None),
    };
    let names: [&[&str]; 3] = [
        &["default_retention_duration"],
        &["vault_default_retention_duration"],
        &["default_retention_rule", "life_cycle", "duration"],
    ];
    let kept =
        names.iter().fold(Known::default(), |found: Known<u32>, it| found.or(|| days(values, it)));
    let further = argument(values, "retention_rule").map(|it| it.elements());
    let further_kept_days = match further {
        Some(Some(rules)) => rules.iter().map(longer).collect(),
        Some(None) => vec![Known::Unknown(Reason::ComputedAtApply)],
        None => Vec::new(),
    };
    BackupRule {
        schedule,
        longest_gap,
        kept_days: kept,
        further_kept_days,
        locked_days: Known::default(),
        is_continuous: Known::default(),
        vaults,
        is_beside,
    }
}

/// Several intervals go on beside each other, and how far apart their copies are depends on when each began.
fn intervals(list: &Value, elements: &[Value]) -> (Known<SmolStr>, Option<Duration>) {
    let texts: Option<Vec<&str>> = elements.iter().map(Value::as_str).collect();
    let Some(texts) = texts.filter(|it| !it.is_empty()) else {
        return (Known::Unknown(Reason::Unreadable), None);
    };
    let gap = match texts[..] {
        [only] => Schedule::of_azure(only).and_then(|it| it.gaps()).map(|it| it.1),
        _ => None,
    };
    (Known::new(texts.join(", ").into(), list.origin), gap)
}

fn longer(rule: &Value) -> Known<u32> {
    days(rule, &["duration"]).or(|| days(rule, &["life_cycle", "duration"]))
}

fn days(values: &Value, path: &[&str]) -> Known<u32> {
    parsed(values, path, |it| u32::try_from(iso_duration(it)?.as_secs() / DAY.as_secs()).ok())
}

/// Blobs can be set back to any moment within their account, are copied to the vault, or both
/// (learn.microsoft.com/azure/backup/blob-backup-overview).
fn blobs(values: &Value, vaults: Vec<VaultRef>) -> Vec<BackupRule> {
    let operational = days(values, &["operational_default_retention_duration"])
        .or(|| days(values, &["retention_duration"]));
    let mut rules = Vec::new();
    if !operational.is_not_declared() {
        rules.push(BackupRule {
            schedule: Known::default(),
            longest_gap: None,
            locked_days: Known::default(),
            is_continuous: operational
                .traced()
                .map_or(Known::default(), |it| Known::new(true, it.origin)),
            kept_days: operational,
            further_kept_days: Vec::new(),
            vaults: vaults.clone(),
            is_beside: true,
        });
    }
    if may_be_there(values, &["backup_repeating_time_intervals"])
        || may_be_there(values, &["vault_default_retention_duration"])
    {
        rules.push(by_interval(values, vaults, false));
    }
    rules
}

/// True where a rule of a cluster moves copies on to the vault; none where what it writes is not known.
fn is_in_vault(values: &Value) -> Option<bool> {
    let rules = match argument(values, "retention_rule") {
        Some(rules) => rules.elements()?.as_ref(),
        None => &[],
    };
    let first = at(values, &["default_retention_rule"]).ok()?;
    let mut is_known = true;
    let is_stored = rules.iter().chain(first).any(|rule| {
        let life = at(rule, &["life_cycle"]);
        is_known &= life.is_ok();
        let steps = life.ok().flatten().and_then(Value::elements);
        steps.into_iter().flat_map(|it| it.iter()).any(|it| {
            let store = text(it, &["data_store_type"]);
            is_known &= store.value().is_some() || store.is_not_declared();
            store.value().is_some_and(|it| it == "VaultStore")
        })
    });
    (is_stored || is_known).then_some(is_stored)
}

/// Geo-redundant where a Recovery Services vault says nothing, and what is deleted can be had back for two weeks
/// (registry.terraform.io/providers/hashicorp/azurerm, `recovery_services_vault`, `data_protection_backup_vault`).
fn vault(instance: &Instance, origins: &Origins) -> (ComponentKind, Facts) {
    let values = &instance.values;
    let absent = || origins.defaulted(Role::ProviderDefault, instance.origin);
    let spread = |name| parsed(values, &[name], spread);
    let (spread, soft) = match instance.ty == RECOVERY_VAULT {
        true => (
            or_default(spread("storage_mode_type"), VaultSpread::Regions, absent()),
            flag(values, &["soft_delete_enabled"]),
        ),
        false => (spread("redundancy"), parsed(values, &["soft_delete"], |it| Some(it != "Off"))),
    };
    let soft = or_default(soft, true, absent()).map(|it| match it {
        true => VaultGuard::SoftDelete,
        false => VaultGuard::Nothing,
    });
    let lock = parsed(values, &["immutability"], |it| match it {
        "Locked" => Some(Some(VaultGuard::Lock)),
        "Unlocked" => Some(Some(VaultGuard::Policy)),
        "Disabled" => Some(None),
        _ => None,
    });
    let guard = match lock {
        Known::Value(it) => it.value.map_or(soft, |guard| Known::new(guard, it.origin)),
        Known::Unknown(Reason::NotDeclared) => soft,
        Known::Unknown(reason) => Known::Unknown(reason),
    };
    let restores = flag(values, &["cross_region_restore_enabled"]);
    let facts = BackupVault {
        guard,
        spread,
        restores_across_regions: or_default(restores, false, absent()),
    };
    (ComponentKind::Backup, Facts::BackupVault(Box::new(facts)))
}

fn spread(text: &str) -> Option<VaultSpread> {
    Some(match text {
        "LocallyRedundant" => VaultSpread::Datacenter,
        "ZoneRedundant" => VaultSpread::Zones,
        "GeoRedundant" => VaultSpread::Regions,
        _ => return None,
    })
}
