use kai_core::{Origins, RootId};
use kai_graph::{Channel, Component, Facts, ManagedCluster, ManagedDatabase, Openness};
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
