//! Types of resources that hold what nobody can make again, and what a provider keeps of them.
//!
//! From the documentation of the providers (registry.terraform.io: hashicorp/aws, hashicorp/google,
//! hashicorp/azurerm, hashicorp/kubernetes). Sorted by type.

use Loss::{Cluster, Data, Key, Logs, Messages, Names, Secret};

/// What is lost with an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loss {
    Data,
    /// What was encrypted with it.
    Key,
    /// What waits in it.
    Messages,
    /// What tells of the past.
    Logs,
    /// Everything that runs in it.
    Cluster,
    /// How others find it.
    Names,
    /// What others log in with.
    Secret,
}

/// What a type holds, in words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Holding {
    pub(super) ty: &'static str,
    pub(super) what: &'static str,
    pub(super) loss: Loss,
}

const fn of(ty: &'static str, what: &'static str, loss: Loss) -> Holding {
    Holding { ty, what, loss }
}

const HOLDINGS: &[Holding] = &[
    of("aws_backup_vault", "a vault of backups", Data),
    of("aws_cloudwatch_log_group", "logs", Logs),
    of("aws_cognito_user_pool", "accounts of users", Data),
    of("aws_db_instance", "a database", Data),
    of("aws_docdb_cluster", "a database", Data),
    of("aws_dynamodb_table", "a table", Data),
    of("aws_ebs_volume", "a disk", Data),
    of("aws_ecr_repository", "images", Data),
    of("aws_efs_file_system", "files", Data),
    of("aws_eks_cluster", "a cluster", Cluster),
    of("aws_elasticache_cluster", "a cache", Data),
    of("aws_elasticache_replication_group", "a cache", Data),
    of("aws_elasticsearch_domain", "an index", Data),
    of("aws_fsx_lustre_file_system", "files", Data),
    of("aws_fsx_ontap_file_system", "files", Data),
    of("aws_fsx_windows_file_system", "files", Data),
    of("aws_iam_access_key", "a key that others log in with", Secret),
    of("aws_kinesis_stream", "a stream", Messages),
    of("aws_kms_key", "a key", Key),
    of("aws_memorydb_cluster", "a database", Data),
    of("aws_msk_cluster", "a log of messages", Messages),
    of("aws_neptune_cluster", "a database", Data),
    of("aws_opensearch_domain", "an index", Data),
    of("aws_rds_cluster", "a database", Data),
    of("aws_rds_global_cluster", "a database", Data),
    of("aws_redshift_cluster", "a database", Data),
    of("aws_route53_zone", "names", Names),
    of("aws_s3_bucket", "a bucket", Data),
    of("aws_secretsmanager_secret", "a secret", Secret),
    of("aws_sqs_queue", "a queue", Messages),
    of("aws_ssm_parameter", "a parameter", Secret),
    of("aws_timestreamwrite_table", "a table", Data),
    of("azurerm_container_registry", "images", Data),
    of("azurerm_cosmosdb_account", "a database", Data),
    of("azurerm_dns_zone", "names", Names),
    of("azurerm_key_vault", "keys and secrets", Key),
    of("azurerm_key_vault_key", "a key", Key),
    of("azurerm_key_vault_secret", "a secret", Secret),
    of("azurerm_kubernetes_cluster", "a cluster", Cluster),
    of("azurerm_managed_disk", "a disk", Data),
    of("azurerm_mssql_database", "a database", Data),
    of("azurerm_mssql_server", "databases", Data),
    of("azurerm_mysql_flexible_server", "a database", Data),
    of("azurerm_postgresql_flexible_server", "a database", Data),
    of("azurerm_postgresql_server", "a database", Data),
    of("azurerm_redis_cache", "a cache", Data),
    of("azurerm_servicebus_queue", "a queue", Messages),
    of("azurerm_storage_account", "files and objects", Data),
    of("azurerm_storage_container", "objects", Data),
    of("azurerm_storage_share", "files", Data),
    of("google_alloydb_cluster", "a database", Data),
    of("google_artifact_registry_repository", "images", Data),
    of("google_bigquery_dataset", "tables", Data),
    of("google_bigquery_table", "a table", Data),
    of("google_bigtable_instance", "a database", Data),
    of("google_bigtable_table", "a table", Data),
    of("google_compute_disk", "a disk", Data),
    of("google_container_cluster", "a cluster", Cluster),
    of("google_dns_managed_zone", "names", Names),
    of("google_filestore_instance", "files", Data),
    of("google_firestore_database", "a database", Data),
    of("google_kms_crypto_key", "a key", Key),
    of("google_project", "a whole project", Data),
    of("google_pubsub_subscription", "a queue", Messages),
    of("google_pubsub_topic", "a topic", Messages),
    of("google_redis_instance", "a cache", Data),
    of("google_secret_manager_secret", "a secret", Secret),
    of("google_service_account_key", "a key that others log in with", Secret),
    of("google_spanner_database", "a database", Data),
    of("google_spanner_instance", "databases", Data),
    of("google_sql_database", "a database", Data),
    of("google_sql_database_instance", "databases", Data),
    of("google_sql_user", "a user of a database", Secret),
    of("google_storage_bucket", "a bucket", Data),
    of("kubernetes_namespace", "a namespace and all in it", Data),
    of("kubernetes_namespace_v1", "a namespace and all in it", Data),
    of("kubernetes_persistent_volume_claim", "a volume", Data),
    of("kubernetes_persistent_volume_claim_v1", "a volume", Data),
    of("random_id", "a random value that others are named by", Names),
    of("random_password", "a password that others log in with", Secret),
    of("tls_private_key", "a key that others log in with", Secret),
];

/// What the type holds, if anything.
pub(super) fn holding(ty: &str) -> Option<Holding> {
    let at = HOLDINGS.binary_search_by(|it| it.ty.cmp(ty)).ok()?;
    Some(HOLDINGS[at])
}

impl Loss {
    pub(super) fn sentence(self) -> &'static str {
        match self {
            Data => "what is stored in it goes with it",
            Key => "what was encrypted with it cannot be read any more",
            Messages => "what waits in it goes with it",
            Logs => "what it tells of the past goes with it",
            Cluster => "everything that runs in it goes down with it",
            Names => "what finds others by it finds nothing, or something else",
            Secret => "whoever logs in with what it holds is locked out until it has the new one",
        }
    }

    /// True for what no apply brings back.
    pub(super) fn is_irreversible(self) -> bool {
        matches!(self, Data | Key | Messages)
    }
}

/// An attribute that keeps an object from harm, and the values that do not.
pub(super) struct Guard {
    pub(super) attribute: &'static str,
    pub(super) open: &'static [&'static str],
    pub(super) what: &'static str,
}

/// By the last name of a path.
pub(super) const GUARDS: &[Guard] = &[
    Guard { attribute: "backup_retention_period", open: &["0"], what: "its backups" },
    Guard {
        attribute: "deletion_protection",
        open: &["false"],
        what: "its protection from deletion",
    },
    Guard {
        attribute: "deletion_protection_enabled",
        open: &["false"],
        what: "its protection from deletion",
    },
    Guard { attribute: "enabled", open: &["false"], what: "what this switches on" },
    Guard {
        attribute: "force_destroy",
        open: &["true"],
        what: "the refusal to be deleted while it is full",
    },
    Guard { attribute: "multi_az", open: &["false"], what: "its standby in another zone" },
    Guard {
        attribute: "point_in_time_recovery_enabled",
        open: &["false"],
        what: "the way back to any moment",
    },
    Guard {
        attribute: "publicly_accessible",
        open: &["true"],
        what: "its distance from the internet",
    },
    Guard {
        attribute: "skip_final_snapshot",
        open: &["true"],
        what: "the last copy before a deletion",
    },
    Guard { attribute: "storage_encrypted", open: &["false"], what: "its encryption" },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_stand_in_their_order_each_once() {
        assert!(HOLDINGS.windows(2).all(|it| it[0].ty < it[1].ty));
        assert!(GUARDS.windows(2).all(|it| it[0].attribute < it[1].attribute));
    }
}
