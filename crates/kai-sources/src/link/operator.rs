//! Names that exist because of an object, although no object of that name is written.

use kai_core::SmolStr;
use kai_graph::{Component, Controller, Facts};

/// The names under which a component answers in its namespace.
pub(super) fn addresses(component: &Component) -> Vec<SmolStr> {
    let name = &component.name;
    match &component.facts {
        Facts::NetworkPath(_) if component.native_kind == "Service" => vec![name.clone()],
        Facts::Workload(workload) if workload.controller == Controller::ComposeService => {
            vec![name.clone()]
        }
        Facts::Datastore(_) => suffixes(component).iter().map(|it| filled(it, name)).collect(),
        _ => Vec::new(),
    }
}

/// The Services that an operator makes for its object; `*` stands for the object's name.
fn suffixes(component: &Component) -> &'static [&'static str] {
    match (component.api_group(), component.native_kind.as_str()) {
        ("postgresql.cnpg.io", "Cluster") => &["*-rw", "*-ro", "*-r"],
        ("postgresql.cnpg.io", "Pooler") => &["*"],
        ("kafka.strimzi.io", "Kafka") => &["*-kafka-bootstrap", "*-kafka-brokers"],
        ("acid.zalan.do", "postgresql") => &["*", "*-repl"],
        ("moco.cybozu.com", "MySQLCluster") => &["moco-*-primary", "moco-*-replica", "moco-*"],
        ("elasticsearch.k8s.elastic.co", "Elasticsearch") => &["*-es-http"],
        ("kibana.k8s.elastic.co", "Kibana") => &["*-kb-http"],
        ("databases.spotahome.com", "RedisFailover") => &["rfs-*", "rfrm-*", "rfrs-*"],
        ("mongodbcommunity.mongodb.com", "MongoDBCommunity") => &["*-svc"],
        ("postgres-operator.crunchydata.com", "PostgresCluster") => {
            &["*-primary", "*-replicas", "*-pgbouncer", "*-ha"]
        }
        ("k8ssandra.io", "K8ssandraCluster") => &["*-service"],
        (
            "dragonflydb.io" | "rabbitmq.com" | "mysql.oracle.com" | "redis.redis.opstreelabs.in",
            _,
        ) => &["*"],
        _ => &[],
    }
}

fn filled(pattern: &str, name: &str) -> SmolStr {
    pattern.replace('*', name).into()
}

/// The Secrets that CloudNativePG makes for a cluster: who reads one uses the cluster.
pub(super) fn secret_suffixes() -> &'static [&'static str] {
    &["-app", "-superuser"]
}
