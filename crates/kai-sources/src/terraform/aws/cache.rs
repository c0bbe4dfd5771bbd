//! Caches of ElastiCache.

use kai_core::{Origins, Role};
use kai_graph::{ComponentKind, Facts, ManagedCache};
use kai_terraform::roots::Instance;

use super::super::fields::{flag, is_positive, or_default, text};

/// Snapshots are kept for no day where `snapshot_retention_limit` is not written
/// (registry.terraform.io/providers/hashicorp/aws, `elasticache_replication_group`).
pub(super) fn cache(instance: &Instance, origins: &Origins) -> (ComponentKind, Facts) {
    let values = &instance.values;
    let absent = || origins.defaulted(Role::ProviderDefault, instance.origin);
    let name = text(values, &["replication_group_id"]).or(|| text(values, &["cluster_id"]));
    let backup = is_positive(values, &["snapshot_retention_limit"]);
    let facts = ManagedCache {
        cloud_name: name,
        engine: text(values, &["engine"]),
        description: text(values, &["description"]),
        has_backup: or_default(backup, false, absent()),
        has_standby: or_default(flag(values, &["multi_az_enabled"]), false, absent()),
        node_type: text(values, &["node_type"]),
        is_changed_at_once: flag(values, &["apply_immediately"]),
    };
    (ComponentKind::Cache, Facts::ManagedCache(Box::new(facts)))
}
