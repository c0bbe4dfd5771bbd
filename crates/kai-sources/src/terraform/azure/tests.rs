use kai_core::{Origins, RootId};
use kai_graph::{
    BackupPlan, BackupScope, BackupVault, Channel, Component, Facts, ManagedCluster,
    ManagedDatabase, Openness, VaultGuard, VaultSpread,
};
use kai_terraform::config::Library;
use kai_terraform::roots::{compose, discover};
use kai_testing::Memory;

use super::super::lower;

fn lowered(text: &str) -> Vec<Component> {
    let tree = Memory::of(&format!("== main.tf\n{text}"));
    let origins = Origins::new();
    let composed = compose(&Library::new(&tree, &origins), &discover(&tree)[0]);
    lower(&composed[0].instances, RootId(0), &origins).components
}

/// What the first component that has such facts has.
fn first<T>(text: &str, of: impl Fn(Facts) -> Option<T>) -> T {
    let found = lowered(text).into_iter().find_map(|it| of(it.facts));
    found.expect("the text declares one")
}

fn database(text: &str) -> ManagedDatabase {
    first(text, |it| match it {
        Facts::ManagedDatabase(facts) => Some(*facts),
        _ => None,
    })
}

fn cluster(text: &str) -> ManagedCluster {
    first(text, |it| match it {
        Facts::ManagedCluster(facts) => Some(*facts),
        _ => None,
    })
}

fn server(more: &str) -> String {
    format!("resource \"azurerm_postgresql_flexible_server\" \"a\" {{\n  name = \"a\"\n{more}}}\n")
}

#[test]
fn a_server_is_alone_unless_it_has_a_standby_in_another_zone() {
    let standby = |more: &str| database(&server(more)).has_standby.value().copied();
    assert_eq!(standby(""), Some(false));
    let mode = |it: &str| format!("  high_availability {{\n    mode = \"{it}\"\n  }}\n");
    assert_eq!(standby(&mode("ZoneRedundant")), Some(true));
    // It stands in for a machine and not for a zone.
    assert_eq!(standby(&mode("SameZone")), None);
    let replica = lowered(&server("  create_mode = \"Replica\"\n"));
    assert!(matches!(replica[0].facts, Facts::Named), "a copy has what it copies to fall back on");
}

#[test]
fn a_lock_protects_a_database() {
    let plain = database(&server(""));
    assert!(plain.is_protected.is_not_declared(), "a lock of its group may be elsewhere");
    let lock = "resource \"azurerm_management_lock\" \"l\" {\n  name       = \"l\"\n  scope      = azurerm_postgresql_flexible_server.a.id\n  lock_level = \"CanNotDelete\"\n}\n";
    let locked = database(&(server("") + lock));
    assert_eq!(locked.is_protected.value(), Some(&true));
}

#[test]
fn what_azure_keeps_on_several_machines_is_never_called_alone() {
    let text = |more: &str| {
        format!("resource \"azurerm_mssql_database\" \"a\" {{\n  name = \"a\"\n{more}}}\n")
    };
    assert_eq!(database(&text("")).has_standby.value(), None);
    assert_eq!(database(&text("  zone_redundant = false\n")).has_standby.value(), None);
    assert_eq!(database(&text("  zone_redundant = true\n")).has_standby.value(), Some(&true));
}

fn aks(zones: &str, more: &str) -> String {
    format!(
        "resource \"azurerm_kubernetes_cluster\" \"a\" {{\n  name = \"a\"\n{more}  default_node_pool {{\n    name = \"system\"\n{zones}  }}\n}}\n"
    )
}

#[test]
fn nodes_are_in_the_zones_that_all_pools_name() {
    let count = |text: &str| cluster(text).node_zone_count.value().copied();
    let one = "    zones = [\"1\"]\n";
    let pool = |zones: &str| {
        format!(
            "resource \"azurerm_kubernetes_cluster_node_pool\" \"p\" {{\n  kubernetes_cluster_id = azurerm_kubernetes_cluster.a.id\n{zones}}}\n"
        )
    };
    assert_eq!(count(&aks(one, "")), Some(1));
    let three = "  node_count = 3\n  zones = [\"1\", \"2\", \"3\"]\n";
    assert_eq!(count(&(aks(one, "") + &pool(three))), Some(3));
    assert_eq!(count(&aks(&three.replace('3', "2"), "")), Some(2));
    assert_eq!(
        count(&aks("    node_count = 1\n    zones = [\"1\", \"2\"]\n", "")),
        None,
        "in one of them"
    );
    assert_eq!(count(&aks("", "")), None, "Azure chooses");
    assert_eq!(count(&(aks(one, "") + &pool(""))), None);
}

#[test]
fn a_cluster_says_how_soon_it_upgrades_and_who_reaches_it() {
    let plain = cluster(&aks("", ""));
    assert_eq!(plain.channel.value(), Some(&Channel::ByHand));
    assert_eq!(plain.is_closed.value(), Some(&false));
    assert_eq!(plain.may_grow.value(), Some(&false));
    let told = "  automatic_upgrade_channel = \"rapid\"\n  api_server_access_profile {\n    authorized_ip_ranges = [\"192.0.2.0/24\"]\n  }\n";
    let told = cluster(&aks("    auto_scaling_enabled = true\n", told));
    assert_eq!(told.channel.value(), Some(&Channel::Rapid));
    assert_eq!(told.is_closed.value(), Some(&true));
    assert_eq!(told.may_grow.value(), Some(&true));
    let open = "  api_server_access_profile {\n    authorized_ip_ranges = [\"0.0.0.0/0\"]\n  }\n";
    assert_eq!(cluster(&aks("", open)).is_closed.value(), Some(&false));
}

#[test]
fn a_container_is_open_unless_its_account_refuses() {
    let opened = |more: &str| {
        let text = format!(
            "resource \"azurerm_storage_account\" \"a\" {{\n  name = \"shopfiles\"\n{more}}}\nresource \"azurerm_storage_container\" \"c\" {{\n  name                  = \"c\"\n  storage_account_id    = azurerm_storage_account.a.id\n  container_access_type = \"blob\"\n}}\n"
        );
        first(&text, |it| match it {
            Facts::Bucket(facts) => Some(facts.opened),
            _ => None,
        })
    };
    assert!(matches!(opened("")[..], [(Openness::Reads, _)]));
    assert!(opened("  allow_nested_items_to_be_public = false\n").is_empty());
    assert!(opened("  public_network_access_enabled = false\n").is_empty());
    assert!(opened("  network_rules {\n    default_action = \"Deny\"\n  }\n").is_empty());
}

#[test]
fn an_alert_tells_the_groups_of_its_actions() {
    let told = |more: &str| {
        let text = format!(
            "resource \"azurerm_monitor_action_group\" \"g\" {{\n  name = \"g\"\n}}\nresource \"azurerm_monitor_metric_alert\" \"a\" {{\n  name = \"a\"\n{more}}}\n"
        );
        first(&text, |it| match it {
            Facts::Alarm(facts) => Some(facts.actions.value().map(Vec::len)),
            _ => None,
        })
    };
    assert_eq!(told(""), Some(0));
    let action = "  action {\n    action_group_id = azurerm_monitor_action_group.g.id\n  }\n";
    assert_eq!(told(action), Some(1));
}

fn plan(text: &str) -> BackupPlan {
    first(text, |it| match it {
        Facts::BackupPlan(facts) => Some(*facts),
        _ => None,
    })
}

fn hours(plan: &BackupPlan) -> Option<u64> {
    Some(plan.longest_gap(plan.takes.first()?)?.as_secs() / 3600)
}

#[test]
fn a_policy_of_blocks_says_how_often_and_how_long() {
    let policy = |more: &str| {
        plan(&format!(
            "resource \"azurerm_backup_policy_vm\" \"a\" {{\n  name = \"a\"\n  backup {{\n{more}}}\n"
        ))
    };
    let daily = policy(
        "    frequency = \"Daily\"\n    time = \"23:00\"\n  }\n  retention_daily {\n    count = 10\n  }\n  retention_yearly {\n    count = 2\n  }\n",
    );
    assert_eq!(hours(&daily), Some(24));
    let [rule] = &daily.rules[..] else { panic!("one rule: {daily:?}") };
    assert_eq!(rule.schedule.value().map(|it| it.as_str()), Some("daily at 23:00"));
    assert_eq!(rule.kept_days.value(), Some(&10));
    assert_eq!(rule.further_kept_days.iter().filter_map(|it| it.value()).max(), Some(&730));
    let weekly =
        policy("    frequency = \"Weekly\"\n    weekdays = [\"Sunday\", \"Thursday\"]\n  }\n");
    assert_eq!(hours(&weekly), Some(96), "from Sunday to Thursday");
    // At 8, at 12 and at 16, and then not before the next day.
    let hourly = policy(
        "    frequency = \"Hourly\"\n    time = \"08:00\"\n    hour_interval = 4\n    hour_duration = 12\n  }\n",
    );
    assert_eq!(hours(&hourly), Some(16));
    assert_eq!(hours(&policy("    frequency = var.often\n  }\n")), None);
}

#[test]
fn copies_of_a_cluster_are_in_the_vault_where_a_rule_moves_them_there() {
    let policy = |store: &str| {
        let life = format!(
            "life_cycle {{\n      duration = \"P7D\"\n      data_store_type = {store}\n    }}"
        );
        let facts = plan(&format!(
            "variable \"store\" {{}}\nresource \"azurerm_data_protection_backup_policy_kubernetes_cluster\" \"a\" {{\n  vault_name = \"a\"\n  backup_repeating_time_intervals = [\"R/2021-05-23T02:30:00+00:00/PT4H\"]\n  default_retention_rule {{\n    {life}\n  }}\n}}\n"
        ));
        (facts.rules[0].is_beside, facts.rules[0].vaults.len())
    };
    assert_eq!(policy("\"OperationalStore\""), (true, 1));
    assert_eq!(policy("\"VaultStore\""), (false, 1));
    assert_eq!(policy("var.store"), (false, 0), "nobody knows where they are");
}

#[test]
fn a_policy_of_intervals_says_how_often_and_how_long() {
    let policy = |kind: &str, more: &str| {
        plan(&format!(
            "resource \"azurerm_data_protection_backup_policy_{kind}\" \"a\" {{\n  vault_id = \"a\"\n{more}}}\n"
        ))
    };
    let every = "  backup_repeating_time_intervals = [\"R/2021-05-23T02:30:00+00:00/PT4H\"]\n  default_retention_duration = \"P2W\"\n";
    let disk = policy("disk", every);
    assert_eq!((hours(&disk), disk.rules[0].kept_days.value()), (Some(4), Some(&14)));
    assert!(disk.rules[0].is_beside, "a snapshot in the account of the disk");
    assert!(!policy("postgresql_flexible_server", every).rules[0].is_beside);
    let blobs = policy(
        "blob_storage",
        &format!("{every}  operational_default_retention_duration = \"P30D\"\n"),
    );
    let shown: Vec<_> = blobs.rules.iter().map(|it| (it.is_beside, hours(&blobs))).collect();
    assert_eq!(shown, [(true, None), (false, None)], "every moment is kept");
    let days = every.replace("/PT4H\"", "/P1W\", \"R/2021-05-26T02:30:00+00:00/P1W\"");
    assert_eq!(hours(&policy("disk", &days)), None, "Sunday and Wednesday");
}

const PROTECTED: &str = r#"
resource "azurerm_linux_virtual_machine" "web" {
  name = "web"
}
resource "azurerm_backup_policy_vm" "daily" {
  recovery_vault_name = "vault"
}
resource "azurerm_backup_protected_vm" "web" {
  source_vm_id     = azurerm_linux_virtual_machine.web.id
  backup_policy_id = azurerm_backup_policy_vm.daily.id
}
"#;

#[test]
fn a_policy_copies_what_is_joined_to_it_and_may_copy_what_nobody_knows() {
    let found = plan(PROTECTED);
    let copied: Vec<_> = found.copied.iter().filter_map(|it| it.resource()).collect();
    assert_eq!(copied.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["web"]);
    assert!(!found.is_open);
    let looked_up = PROTECTED.replace("= azurerm_linux", "= data.azurerm_linux");
    assert!(plan(&looked_up).is_open && plan(&looked_up).copied.is_empty());
    let stopped =
        PROTECTED.replace("  source", "  protection_state = \"ProtectionStopped\"\n  source");
    assert!(plan(&stopped).copied.is_empty() && !plan(&stopped).is_open);
    let untold = stopped.replace("\"ProtectionStopped\"", "var.policy");
    assert!(plan(&untold).copied.is_empty() && plan(&untold).is_open);
    // Whoever joins a policy that is not here copies by it all the same.
    let elsewhere = PROTECTED.replace("= azurerm_backup_policy_vm.daily.id", "= var.policy");
    let plans = lowered(&elsewhere).into_iter().filter_map(|it| match it.facts {
        Facts::BackupPlan(facts) => Some((it.native_kind, facts.copied.len(), facts.is_open)),
        _ => None,
    });
    let plans: Vec<_> = plans.collect();
    assert_eq!(
        plans,
        [
            ("azurerm_backup_policy_vm".into(), 0, true),
            ("azurerm_backup_protected_vm".into(), 1, false)
        ]
    );
}

#[test]
fn a_vault_says_over_what_it_spreads_and_what_guards_it() {
    let vault = |kind: &str, more: &str| -> BackupVault {
        let text = format!("resource \"azurerm_{kind}\" \"a\" {{\n  name = \"a\"\n{more}}}\n");
        first(&text, |it| match it {
            Facts::BackupVault(facts) => Some(*facts),
            _ => None,
        })
    };
    let plain = vault("recovery_services_vault", "");
    assert_eq!(plain.spread.value(), Some(&VaultSpread::Regions));
    assert_eq!(plain.guard.value(), Some(&VaultGuard::SoftDelete));
    assert_eq!(plain.restores_across_regions.value(), Some(&false));
    let bare = "  redundancy = \"ZoneRedundant\"\n  soft_delete = \"Off\"\n";
    let bare = vault("data_protection_backup_vault", bare);
    assert_eq!(bare.spread.value(), Some(&VaultSpread::Zones));
    assert_eq!(bare.guard.value(), Some(&VaultGuard::Nothing));
    let locked = vault("recovery_services_vault", "  immutability = \"Locked\"\n");
    assert_eq!(locked.guard.value(), Some(&VaultGuard::Lock));
    let untold = vault("recovery_services_vault", "  immutability = var.lock\n");
    assert_eq!(untold.guard.value(), None);
}

#[test]
fn a_vault_whose_name_is_a_variable_is_the_one_that_the_same_variable_names() {
    let vault = |name: &str, named: &str| {
        let found = plan(&format!(
            "variable \"stage\" {{}}\nvariable \"vaults\" {{\n  type = object({{ main = string, other = string }})\n}}\nresource \"azurerm_recovery_services_vault\" \"main\" {{\n  name = {name}\n}}\nresource \"azurerm_backup_policy_vm\" \"a\" {{\n  recovery_vault_name = {named}\n}}\n"
        ));
        let declared = found.rules[0].vaults[0].declared.clone();
        declared.map(|it| it.name)
    };
    assert_eq!(vault("var.stage", "var.stage").as_deref(), Some("main"));
    assert_eq!(vault("\"${var.stage}-vault\"", "\"${var.stage}-vault\"").as_deref(), Some("main"));
    assert_eq!(vault("var.vaults.main", "var.vaults.main").as_deref(), Some("main"));
    assert_eq!(vault("var.vaults.main", "var.vaults.other"), None);
    assert_eq!(vault("\"${var.stage}-vault\"", "\"${var.stage}-other\""), None);
    assert_eq!(vault("lower(var.stage)", "upper(var.stage)"), None, "another text");
}

#[test]
fn copies_of_a_cluster_have_what_is_on_volumes_where_that_is_asked_for() {
    let copy = |parameters: &str| {
        let found = plan(&format!(
            "variable \"unset\" {{}}\nresource \"azurerm_kubernetes_cluster\" \"main\" {{\n  name = \"main\"\n}}\nresource \"azurerm_data_protection_backup_policy_kubernetes_cluster\" \"a\" {{\n  name = \"a\"\n}}\nresource \"azurerm_data_protection_backup_instance_kubernetes_cluster\" \"a\" {{\n  kubernetes_cluster_id = azurerm_kubernetes_cluster.main.id\n  backup_policy_id = azurerm_data_protection_backup_policy_kubernetes_cluster.a.id\n  backup_datasource_parameters {{\n{parameters}  }}\n}}\n"
        ));
        found.clusters[0].clone()
    };
    let plain = copy("");
    assert_eq!(plain.has_volumes.value(), Some(&false));
    assert_eq!(plain.cluster.map(|it| it.name.to_string()).as_deref(), Some("main"));
    assert_eq!(copy("    volume_snapshot_enabled = true\n").has_volumes.value(), Some(&true));
    assert_eq!(copy("    volume_snapshot_enabled = var.unset\n").has_volumes.value(), None);
    let some = "    included_namespaces = [\"shop\"]\n    excluded_namespaces = [\"till\"]\n";
    assert!(matches!(
        copy(some).scope,
        BackupScope::Namespaces { included, excluded, .. } if included == ["shop"] && excluded == ["till"]
    ));
    let labelled = format!("{some}    label_selectors = [\"app:ledger\"]\n");
    assert!(matches!(copy(&labelled).scope, BackupScope::Unknown));
}
