//! Plans by which Google Cloud copies what it runs, and their vaults: Backup for GKE, Backup and DR, schedules of snapshots.

use std::time::Duration;

use kai_core::{Known, Reason, SmolStr};
use kai_graph::{
    BackupPlan, BackupRule, BackupScope, BackupVault, ClusterCopy, ComponentKind, Dialect, Facts,
    Schedule, VaultGuard, VaultRef,
};
use kai_terraform::roots::Instance;
use kai_terraform::value::Value;

use super::super::backup::{self, DAY, HOUR, Service, on_weekdays, vault_of, within_day};
use super::super::fields::{
    argument, at, flag, is_positive, may_be_there, number, or_default, parsed, text, texts,
};
use super::super::naming::naming;

const CLUSTER_PLAN: &str = "google_gke_backup_backup_plan";
const VAULT: &str = "google_backup_dr_backup_vault";

/// A plan of Backup for GKE names its cluster itself.
const CLUSTERS: Service = Service {
    plan: CLUSTER_PLAN,
    joins: &[CLUSTER_PLAN],
    by: "",
    thing: "cluster",
    takes: &["google_container_cluster"],
    lists: &[],
    of_cluster: Some(of_cluster),
};

/// The disk that a machine starts from has the name of the machine.
const SNAPSHOTS: Service = Service {
    plan: "google_compute_resource_policy",
    joins: &[
        "google_compute_disk_resource_policy_attachment",
        "google_compute_region_disk_resource_policy_attachment",
    ],
    by: "name",
    thing: "disk",
    takes: &["google_compute_disk", "google_compute_instance", "google_compute_region_disk"],
    lists: &[&["resource_policies"], &["boot_disk", "initialize_params", "resource_policies"]],
    of_cluster: None,
};

const VAULTED: Service = Service {
    plan: "google_backup_dr_backup_plan",
    joins: &["google_backup_dr_backup_plan_association"],
    by: "backup_plan",
    thing: "resource",
    takes: &[
        "google_alloydb_cluster",
        "google_compute_disk",
        "google_compute_instance",
        "google_compute_region_disk",
        "google_filestore_instance",
        "google_sql_database_instance",
        "google_storage_bucket",
    ],
    lists: &[],
    of_cluster: None,
};

/// What a resource is that copies, or keeps copies; none for any other one.
pub(super) fn of_resource(instance: &Instance, all: &[Instance]) -> Option<(ComponentKind, Facts)> {
    let ty = instance.ty.as_str();
    match ty {
        CLUSTER_PLAN => Some(backup::component(cluster_plan(instance, all))),
        VAULT => Some(vault(instance)),
        _ if ty == SNAPSHOTS.plan => {
            let rules = vec![snapshots(instance)?];
            Some(backup::component(backup::plan(instance, &SNAPSHOTS, all, rules)))
        }
        _ if ty == VAULTED.plan => {
            let plan = backup::plan(instance, &vaulted(instance), all, rules(instance, all));
            Some(backup::component(plan))
        }
        _ if SNAPSHOTS.joins.contains(&ty) => {
            Some(backup::join(instance, &SNAPSHOTS, all, backup::unknown_rule()))
        }
        _ if VAULTED.joins.contains(&ty) => {
            Some(backup::join(instance, &vaulted(instance), all, backup::unknown_rule()))
        }
        _ => None,
    }
}

/// Without a schedule it copies when somebody asks for that, and whether somebody does is not told
/// (registry.terraform.io/providers/hashicorp/google, `gke_backup_backup_plan`).
fn cluster_plan(instance: &Instance, all: &[Instance]) -> BackupPlan {
    let values = &instance.values;
    let rule = cluster_rule(instance);
    let is_by_hand = rule.schedule.is_not_declared();
    let plan = backup::plan(instance, &CLUSTERS, all, vec![rule]);
    if is_by_hand {
        return BackupPlan { copied: Vec::new(), clusters: Vec::new(), is_open: true, ..plan };
    }
    let stopped = |path: &[&'static str]| match (flag(values, path), path.last()) {
        (Known::Value(it), Some(name)) if it.value => Known::new(SmolStr::from(*name), it.origin),
        (Known::Unknown(reason), _) => Known::Unknown(reason),
        _ => Known::default(),
    };
    let stopped_by = stopped(&["deactivated"]).or(|| stopped(&["backup_schedule", "paused"]));
    BackupPlan { stopped_by, ..plan }
}

fn cluster_rule(instance: &Instance) -> BackupRule {
    let values = &instance.values;
    let cron = text(values, &["backup_schedule", "cron_schedule"]);
    let target = ["backup_schedule", "rpo_config", "target_rpo_minutes"];
    let (schedule, longest_gap) = match (cron, number(values, &target)) {
        (Known::Value(cron), _) => {
            let times = Schedule::parse(&cron.value, Dialect::Crontab).ok();
            let gap = times.and_then(|it| it.gaps()).map(|it| it.1);
            (Known::Value(cron), gap)
        }
        (_, Known::Value(target)) => {
            let minutes = u64::from(target.value);
            // No copy is made within such a window, however long it is.
            let is_kept =
                !may_be_there(values, &["backup_schedule", "rpo_config", "exclusion_windows"]);
            let said = format!("every {minutes} minutes");
            let gap = is_kept.then(|| Duration::from_secs(minutes * 60));
            (Known::new(said.into(), target.origin), gap)
        }
        (Known::Unknown(Reason::NotDeclared), Known::Unknown(reason)) => {
            (Known::Unknown(reason), None)
        }
        (Known::Unknown(reason), _) => (Known::Unknown(reason), None),
    };
    // Zero days are no end.
    let kept_days = match number(values, &["retention_policy", "backup_retain_days"]) {
        Known::Value(it) if it.value == 0 => Known::default(),
        it => it,
    };
    BackupRule {
        schedule,
        longest_gap,
        kept_days,
        locked_days: number(values, &["retention_policy", "backup_delete_lock_days"]),
        vaults: places(values, &["location"]),
        further_kept_days: Vec::new(),
        is_continuous: Known::default(),
        is_beside: false,
    }
}

/// Volumes are left out where nothing is written.
fn of_cluster(plan: &Instance) -> ClusterCopy {
    let (values, config) = (&plan.values, "backup_config");
    let is_all = flag(values, &[config, "all_namespaces"]);
    let included = match is_all.value() {
        Some(true) => Some(Vec::new()),
        _ => texts(values, &[config, "selected_namespaces", "namespaces"]).value().cloned(),
    };
    let scope = included.map_or(BackupScope::Unknown, |included| BackupScope::Namespaces {
        included,
        excluded: Vec::new(),
        selector: None,
    });
    let has_volumes = flag(values, &[config, "include_volume_data"]);
    ClusterCopy { cluster: None, scope, has_volumes: or_default(has_volumes, false, plan.origin) }
}

/// The places that are written, one or a list of them, where there is no vault.
fn places(values: &Value, path: &[&str]) -> Vec<VaultRef> {
    let Ok(Some(written)) = at(values, path) else { return Vec::new() };
    let elements = written.elements().map(|it| &it[..]);
    let each = elements.unwrap_or(std::slice::from_ref(written)).iter();
    let place = |it: &Value| {
        let region = SmolStr::from(it.as_str()?);
        Some(VaultRef { declared: None, text: None, region: Some(region), origin: it.origin })
    };
    each.map(place).collect::<Option<_>>().unwrap_or_default()
}

/// A schedule of snapshots; none for a policy of another kind. Snapshots stay until their time is over, whether the disk
/// does or not, and where none is written in the place that the project says
/// (registry.terraform.io/providers/hashicorp/google, `compute_resource_policy`).
fn snapshots(policy: &Instance) -> Option<BackupRule> {
    const POLICY: &str = "snapshot_schedule_policy";
    let values = &policy.values;
    at(values, &[POLICY]).ok()??;
    let (schedule, longest_gap) = match at(values, &[POLICY, "schedule"]) {
        Ok(Some(schedule)) => times(schedule),
        Ok(None) => (Known::default(), None),
        Err(reason) => (Known::Unknown(reason), None),
    };
    Some(BackupRule {
        schedule,
        longest_gap,
        kept_days: number(values, &[POLICY, "retention_policy", "max_retention_days"]),
        vaults: places(values, &[POLICY, "snapshot_properties", "storage_locations"]),
        further_kept_days: Vec::new(),
        locked_days: Known::default(),
        is_continuous: Known::default(),
        is_beside: false,
    })
}

/// When snapshots are made, as one says it, and how far apart they are at most.
fn times(schedule: &Value) -> (Known<SmolStr>, Option<Duration>) {
    let cycles = [
        ("hourly_schedule", "hours_in_cycle", HOUR, "hour"),
        ("daily_schedule", "days_in_cycle", DAY, "day"),
    ];
    for (block, count, unit, name) in cycles {
        match number(schedule, &[block, count]) {
            Known::Value(it) => {
                let said = match it.value {
                    1 => format!("every {name}"),
                    count => format!("every {count} {name}s"),
                };
                let start = text(schedule, &[block, "start_time"]);
                let clock = start.value().map(|it| format!(" at {it}")).unwrap_or_default();
                let clock = if unit == DAY { clock } else { String::new() };
                let gap = unit.checked_mul(it.value);
                return (Known::new(format!("{said}{clock}").into(), it.origin), gap);
            }
            Known::Unknown(Reason::NotDeclared) => {}
            Known::Unknown(reason) => return (Known::Unknown(reason), None),
        }
    }
    let days = ["weekly_schedule", "day_of_weeks"];
    match at(schedule, &days).map(|it| it.and_then(|it| Some((it, it.elements()?)))) {
        Ok(Some((written, blocks))) => {
            let names = blocks.iter().map(|it| at(it, &["day"]).ok()??.as_str());
            let names: Option<Vec<&str>> = names.collect();
            match names.filter(|it| !it.is_empty()) {
                Some(names) => on_days(&names, written),
                None => (Known::Unknown(Reason::Unreadable), None),
            }
        }
        Ok(None) => (Known::default(), None),
        Err(reason) => (Known::Unknown(reason), None),
    }
}

fn on_days(names: &[&str], written: &Value) -> (Known<SmolStr>, Option<Duration>) {
    let said: Vec<String> = names.iter().map(|it| capitalised(it)).collect();
    let said = format!("on {}", said.join(", "));
    (Known::new(said.into(), written.origin), on_weekdays(names))
}

/// `Monday` for `MONDAY`.
fn capitalised(word: &str) -> String {
    let mut lower = word.to_ascii_lowercase();
    if let Some(first) = lower.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    lower
}

/// What a plan of Backup and DR takes is of one kind
/// (registry.terraform.io/providers/hashicorp/google, `backup_dr_backup_plan`).
fn vaulted(plan: &Instance) -> Service {
    let ty = text(&plan.values, &["resource_type"]);
    let takes: &[&str] = match ty.value().map(|it| it.as_str()) {
        Some("alloydb.googleapis.com/Cluster") => &["google_alloydb_cluster"],
        Some("compute.googleapis.com/Disk" | "compute.googleapis.com/RegionDisk") => {
            &["google_compute_disk", "google_compute_region_disk"]
        }
        Some("compute.googleapis.com/Instance") => &["google_compute_instance"],
        Some("file.googleapis.com/Instance") => &["google_filestore_instance"],
        Some("sqladmin.googleapis.com/Instance") => &["google_sql_database_instance"],
        Some("storage.googleapis.com/Bucket") => &["google_storage_bucket"],
        _ => VAULTED.takes,
    };
    Service { takes, ..VAULTED }
}

/// Logs of a database are kept between copies where their days are written.
fn rules(plan: &Instance, all: &[Instance]) -> Vec<BackupRule> {
    let values = &plan.values;
    let named = naming(values, &["backup_vault"]);
    let names = ["id", "name", "backup_vault_id"];
    let vaults: Vec<_> = named.map(|it| vault_of(&it, VAULT, &names, all)).into_iter().collect();
    let blocks = argument(values, "backup_rules").and_then(Value::elements);
    let Some(blocks) = blocks else { return vec![BackupRule { vaults, ..backup::unknown_rule() }] };
    let rule = |block: &Value| {
        let (schedule, longest_gap) = standard(block);
        BackupRule {
            schedule,
            longest_gap,
            kept_days: number(block, &["backup_retention_days"]),
            further_kept_days: Vec::new(),
            locked_days: Known::default(),
            is_continuous: is_positive(values, &["log_retention_days"]),
            vaults: vaults.clone(),
            is_beside: false,
        }
    };
    blocks.iter().map(rule).collect()
}

/// When a rule copies, as one says it, and how far apart its copies are at most.
fn standard(rule: &Value) -> (Known<SmolStr>, Option<Duration>) {
    const SCHEDULE: &str = "standard_schedule";
    let kind = match text(rule, &[SCHEDULE, "recurrence_type"]) {
        Known::Value(it) => it,
        Known::Unknown(reason) => return (Known::Unknown(reason), None),
    };
    let list = |name: &str| {
        let found = at(rule, &[SCHEDULE, name]).ok().flatten().and_then(Value::elements)?;
        let found = found.iter().map(|it| {
            let number = it.as_number().map(ToString::to_string);
            number.or_else(|| it.as_str().map(ToOwned::to_owned))
        });
        found.collect::<Option<Vec<String>>>().filter(|it| !it.is_empty())
    };
    let (said, gap) = match kind.value.as_str() {
        "HOURLY" => hourly(rule, SCHEDULE),
        "DAILY" => ("daily".to_owned(), Some(DAY)),
        "WEEKLY" => match list("days_of_week") {
            Some(days) => {
                let days: Vec<&str> = days.iter().map(String::as_str).collect();
                let (said, gap) = on_days(&days, rule);
                (said.value().map_or("weekly", |it| it).to_owned(), gap)
            }
            None => ("weekly".to_owned(), None),
        },
        "MONTHLY" => ("monthly".to_owned(), on_dates(list("days_of_month"), None)),
        "YEARLY" => ("yearly".to_owned(), on_dates(list("days_of_month"), list("months"))),
        _ => return (Known::Unknown(Reason::Unreadable), None),
    };
    (Known::new(said.into(), kind.origin), gap)
}

/// Every few hours from the start of a window to its end, and then not before the next day.
fn hourly(rule: &Value, schedule: &str) -> (String, Option<Duration>) {
    let Known::Value(every) = number(rule, &[schedule, "hourly_frequency"]) else {
        return ("hourly".to_owned(), None);
    };
    let said = match every.value {
        1 => "every hour".to_owned(),
        count => format!("every {count} hours"),
    };
    let hour = |name: &str, all_day: u32| match number(rule, &[schedule, "backup_window", name]) {
        Known::Value(it) => Some(it.value),
        it => it.is_not_declared().then_some(all_day),
    };
    let gap = match (hour("start_hour_of_day", 0), hour("end_hour_of_day", 24)) {
        (Some(start), Some(end)) if every.value > 0 && start < end => {
            Some(within_day(every.value, (end - start) / every.value * every.value))
        }
        _ => None,
    };
    (said, gap)
}

fn on_dates(days: Option<Vec<String>>, months: Option<Vec<String>>) -> Option<Duration> {
    let months = months.unwrap_or_default();
    let months: Vec<&str> = months.iter().filter_map(|it| it.get(..3)).collect();
    let months = if months.is_empty() { "*".to_owned() } else { months.join(",") };
    let text = format!("0 0 {} {months} *", days?.join(","));
    Schedule::parse(&text, Dialect::Crontab).ok()?.gaps().map(|it| it.1)
}

/// Nobody deletes a copy from a vault before the time that it enforces
/// (cloud.google.com/backup-disaster-recovery/docs/concepts/backup-vault).
fn vault(instance: &Instance) -> (ComponentKind, Facts) {
    let enforced = "backup_minimum_enforced_retention_duration";
    let guard = parsed(&instance.values, &[enforced], |it| {
        let seconds: f64 = it.strip_suffix('s')?.parse().ok()?;
        Some(if seconds > 0.0 { VaultGuard::Lock } else { VaultGuard::Nothing })
    });
    let facts =
        BackupVault { guard, spread: Known::default(), restores_across_regions: Known::default() };
    (ComponentKind::Backup, Facts::BackupVault(Box::new(facts)))
}
