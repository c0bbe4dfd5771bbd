//! What configurations of Azure declare, by the provider's resources.
//!
//! Defaults are those of registry.terraform.io/providers/hashicorp/azurerm.

mod alarm;
mod backup;
mod bucket;
mod cluster;
mod database;
mod dns;
mod identity;

#[cfg(test)]
mod tests;

use kai_core::Origins;
use kai_graph::{ComponentKind, Facts};
use kai_terraform::roots::Instance;

use super::program::program;

/// Where programs are told what they need: in their template, or in their settings and secrets.
const TOLD: &[&str] = &[
    "template",
    "secret",
    "app_settings",
    "connection_string",
    "site_config",
    "storage_account_access_key",
    "storage_account_name",
];

/// What a resource is; `all` is everything that the same plan holds.
pub(super) fn of_resource(
    instance: &Instance,
    all: &[Instance],
    origins: &Origins,
) -> Option<(ComponentKind, Facts)> {
    match instance.ty.as_str() {
        "azurerm_postgresql_flexible_server" | "azurerm_mysql_flexible_server" => {
            database::server(instance, all, origins)
        }
        "azurerm_mssql_database" | "azurerm_cosmosdb_account" => {
            database::spread(instance, all, origins)
        }
        // Its databases are components of their own, and programs call it.
        "azurerm_mssql_server" => Some((ComponentKind::Datastore, Facts::Named)),
        "azurerm_kubernetes_cluster" => Some(cluster::cluster(instance, all, origins)),
        "azurerm_user_assigned_identity" => Some(identity::account(instance, all)),
        "azurerm_role_assignment" => identity::grant(instance),
        "azurerm_traffic_manager_profile" => Some(dns::profile(instance, origins)),
        "azurerm_storage_account" => Some(bucket::account(instance, all, origins)),
        "azurerm_redis_cache" | "azurerm_managed_redis" => {
            Some((ComponentKind::Cache, Facts::Named))
        }
        "azurerm_eventhub"
        | "azurerm_eventhub_namespace"
        | "azurerm_servicebus_namespace"
        | "azurerm_servicebus_queue"
        | "azurerm_servicebus_topic"
        | "azurerm_storage_queue" => Some((ComponentKind::Queue, Facts::Named)),
        "azurerm_monitor_activity_log_alert"
        | "azurerm_monitor_metric_alert"
        | "azurerm_monitor_scheduled_query_rules_alert_v2" => alarm::alert(instance),
        "azurerm_monitor_action_group" => Some(alarm::group(instance)),
        "azurerm_monitor_alert_processing_rule_action_group" => {
            Some((ComponentKind::Control, Facts::Named))
        }
        "azurerm_container_app"
        | "azurerm_container_app_job"
        | "azurerm_linux_function_app"
        | "azurerm_linux_web_app"
        | "azurerm_windows_function_app"
        | "azurerm_windows_web_app" => Some(program(instance, TOLD, all)),
        "azurerm_linux_virtual_machine"
        | "azurerm_virtual_machine"
        | "azurerm_windows_virtual_machine" => Some((ComponentKind::FailureDomain, Facts::Named)),
        "azurerm_managed_disk" | "azurerm_storage_share" => {
            Some((ComponentKind::Datastore, Facts::Named))
        }
        _ => backup::of_resource(instance, all, origins),
    }
}
