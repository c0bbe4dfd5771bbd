//! What configurations of Google Cloud declare, as the provider's resources and as calls of
//! well-known modules whose text is not here.
//!
//! Defaults are those of registry.terraform.io/providers/hashicorp/google and of the modules'
//! `variables.tf`.

mod access;
mod alarm;
mod backup;
mod balancer;
mod bucket;
mod cluster;
mod database;
mod delivery;
mod dns;
mod image_policy;
mod modules;
mod queue;
mod tls;
mod trigger;

#[cfg(test)]
mod tests;

use kai_core::Origins;
use kai_graph::{ComponentKind, Facts};
use kai_terraform::roots::Instance;

use super::program::program;

pub(super) use modules::facts as of_call;

/// What a resource is; `all` is everything that the same plan holds.
pub(super) fn of_resource(
    instance: &Instance,
    all: &[Instance],
    origins: &Origins,
) -> Option<(ComponentKind, Facts)> {
    match instance.ty.as_str() {
        "google_sql_database_instance" => database::instance(instance, origins),
        "google_container_cluster" => Some(cluster::cluster(instance, all, origins)),
        "google_compute_ssl_policy" | "google_compute_region_ssl_policy" => {
            Some(tls::policy(instance, origins))
        }
        "google_binary_authorization_policy" => Some(image_policy::policy(instance)),
        "google_service_account" => Some(access::account(instance, all)),
        "google_project_iam_binding" | "google_project_iam_member" => access::of_project(instance),
        "google_monitoring_alert_policy" => alarm::policy(instance),
        "google_monitoring_notification_channel" => Some(alarm::channel(instance)),
        "google_cloud_run_service"
        | "google_cloud_run_v2_service"
        | "google_cloud_run_v2_job"
        | "google_cloud_run_v2_worker_pool" => Some(program(instance, &["template"], all)),
        "google_redis_instance" | "google_redis_cluster" => {
            Some((ComponentKind::Cache, Facts::Named))
        }
        "google_memcache_instance" | "google_memorystore_instance" => {
            Some((ComponentKind::Cache, Facts::Named))
        }
        "google_alloydb_cluster"
        | "google_bigtable_instance"
        | "google_compute_disk"
        | "google_compute_region_disk"
        | "google_filestore_instance"
        | "google_firestore_database"
        | "google_spanner_instance" => Some((ComponentKind::Datastore, Facts::Named)),
        "google_compute_forwarding_rule" | "google_compute_global_forwarding_rule" => {
            Some(balancer::rule(instance, all))
        }
        "google_compute_backend_service" | "google_compute_region_backend_service" => {
            Some(balancer::service(instance, all))
        }
        "google_compute_instance"
        | "google_compute_instance_group_manager"
        | "google_compute_region_instance_group_manager" => {
            Some((ComponentKind::FailureDomain, Facts::Named))
        }
        "google_pubsub_topic" => Some((ComponentKind::Queue, Facts::Named)),
        "google_pubsub_subscription" => Some(queue::subscription(instance)),
        "google_dns_managed_zone" => Some(dns::zone(instance)),
        "google_dns_record_set" => dns::failover(instance, all, origins),
        "google_storage_bucket" => Some(bucket::bucket(instance, all)),
        "google_cloudbuild_trigger" => trigger::trigger(instance, origins),
        "google_clouddeploy_delivery_pipeline" => Some(delivery::pipeline(instance, origins)),
        "google_clouddeploy_target" => Some(delivery::target(instance, origins)),
        _ => backup::of_resource(instance, all),
    }
}
