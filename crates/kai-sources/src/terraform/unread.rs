//! Resources of which nothing is read.

use kai_graph::{ComponentKind, Facts};

/// Types that are read together with others, or that are components only where there is something to say.
const READ_WITH_OTHERS: &[&str] = &[
    "aws_alb_listener",
    "aws_alb_target_group",
    "aws_appautoscaling_target",
    "aws_db_instance",
    "aws_db_proxy",
    "aws_db_proxy_target",
    "aws_docdb_cluster",
    "aws_docdb_cluster_instance",
    "aws_dynamodb_table",
    "aws_ecr_repository",
    "aws_ecs_cluster",
    "aws_internet_gateway",
    "aws_kms_alias",
    "aws_lb_listener",
    "aws_lb_target_group",
    "aws_nat_gateway",
    "aws_neptune_cluster",
    "aws_neptune_cluster_instance",
    "aws_rds_cluster",
    "aws_rds_cluster_instance",
    "aws_route53_health_check",
    "aws_security_group",
    "aws_ssm_parameter",
    "azurerm_management_lock",
    "azurerm_mssql_database",
    "azurerm_mysql_flexible_server",
    "azurerm_postgresql_flexible_server",
    "azurerm_resource_group",
    "azurerm_storage_container",
    "digitalocean_firewall",
    "digitalocean_project",
    "digitalocean_project_resources",
    "google_clouddeploy_target",
    "google_cloudbuild_trigger",
    "google_compute_firewall",
    "google_compute_region_network_endpoint_group",
    "google_compute_target_http_proxy",
    "google_compute_target_https_proxy",
    "google_compute_url_map",
    "google_sql_database",
    "google_sql_database_instance",
    "linode_firewall",
    "linode_firewall_device",
];

/// Providers whose resources are nothing that runs: names, keys, waiting, files of the machine that plans;
/// and those whose objects are read where they are applied.
const OUTSIDE: &[&str] = &[
    "archive_",
    "backend",
    "cloudinit_",
    "external",
    "helm_",
    "http",
    "kubectl_",
    "kubernetes_",
    "local_",
    "null_",
    "random_",
    "template_",
    "terraform_",
    "time_",
    "tls_",
];

/// Ends of types that set something of another thing, or speak to people.
const SETTINGS: &[&str] = &[
    "_access_block",
    "_acl",
    "_addon",
    "_alarm",
    "_alert",
    "_association",
    "_attachment",
    "_binding",
    "_certificate",
    "_configuration",
    "_controls",
    "_dashboard",
    "_definition",
    "_disk",
    "_eip",
    "_encryption",
    "_filter",
    "_group",
    "_instance_config",
    "_instance_profile",
    "_lock",
    "_member",
    "_membership",
    "_metric",
    "_named_query",
    "_notification",
    "_object",
    "_permission",
    "_policy",
    "_preferences",
    "_project",
    "_record",
    "_records",
    "_role",
    "_route",
    "_rule",
    "_schedule",
    "_secret",
    "_tag",
    "_user",
    "_validation",
    "_version",
    "_versioning",
    "_vpc",
];

/// What ends like a setting and stands before callers, or calls people.
const THINGS: &[&str] = &[
    "aws_wafv2_web_acl",
    "google_compute_security_policy",
    "opsgenie_schedule",
    "pagerduty_schedule",
];

/// A resource that may run, keep or carry something, and of which nothing is known but its name.
pub(super) fn unread(ty: &str) -> Option<(ComponentKind, Facts)> {
    let is_setting = || SETTINGS.iter().any(|it| ty.ends_with(it)) && !THINGS.contains(&ty);
    let is_known = READ_WITH_OTHERS.contains(&ty)
        || OUTSIDE.iter().any(|it| ty.starts_with(it))
        || is_setting();
    (!is_known).then_some((ComponentKind::Opaque, Facts::Named))
}
