//! Datastores, queues and caches that an operator runs.

use std::collections::BTreeMap;

use kai_core::{Known, Node, Reason, SmolStr, Value};
use kai_graph::{ComponentKind, Datastore, Engine, EngineRole, Facts};

use crate::fields::{Fields, Read};
use crate::kubernetes::object::Object;
use crate::material::{self, Place};

use EngineRole::{Cache, Datastore as Store, Queue};

/// How the custom resource of one operator says what matters.
struct Operated {
    group: &'static str,
    kind: &'static str,
    engine: &'static str,
    role: EngineRole,
    /// Path of the count of members, and what holds where nothing is written.
    instances: (&'static [&'static str], Option<u32>),
    /// Path of the storage class.
    storage_class: &'static [&'static str],
    /// Paths any of which says that backups are made; empty where the operator has none of its own.
    backup: &'static [&'static [&'static str]],
}

const OPERATED: &[Operated] = &[
    Operated {
        instances: (&["numberOfInstances"], None),
        storage_class: &["volume", "storageClass"],
        backup: &[&["enableLogicalBackup"]],
        ..store("acid.zalan.do", "postgresql", "postgresql")
    },
    Operated {
        instances: (&["size"], None),
        ..store("cassandra.datastax.com", "CassandraDatacenter", "cassandra")
    },
    store("clickhouse.altinity.com", "ClickHouseInstallation", "clickhouse"),
    Operated {
        instances: (&["nodes"], None),
        ..store("crdb.cockroachlabs.com", "CrdbCluster", "cockroachdb")
    },
    Operated {
        instances: (&["redis", "replicas"], Some(3)),
        ..cache("databases.spotahome.com", "RedisFailover")
    },
    Operated { instances: (&["replicas"], None), ..cache("dragonflydb.io", "Dragonfly") },
    store("elasticsearch.k8s.elastic.co", "Elasticsearch", "elasticsearch"),
    Operated {
        instances: (&["replicas"], Some(1)),
        ..store("k8s.mariadb.com", "MariaDB", "mariadb")
    },
    store("k8ssandra.io", "K8ssandraCluster", "cassandra"),
    Operated {
        instances: (&["kafka", "replicas"], None),
        storage_class: &["kafka", "storage", "class"],
        ..queue("kafka.strimzi.io", "Kafka", "kafka")
    },
    store("minio.min.io", "Tenant", "minio"),
    Operated {
        instances: (&["replicas"], Some(1)),
        backup: &[&["backupPolicyName"]],
        ..store("moco.cybozu.com", "MySQLCluster", "mysql")
    },
    Operated {
        instances: (&["members"], None),
        ..store("mongodbcommunity.mongodb.com", "MongoDBCommunity", "mongodb")
    },
    Operated {
        instances: (&["instances"], Some(1)),
        backup: &[&["backupSchedules"]],
        ..store("mysql.oracle.com", "InnoDBCluster", "mysql")
    },
    store("opensearch.opster.io", "OpenSearchCluster", "opensearch"),
    Operated {
        backup: &[&["backups", "pgbackrest", "repos"]],
        ..store("postgres-operator.crunchydata.com", "PostgresCluster", "postgresql")
    },
    Operated {
        instances: (&["instances"], Some(1)),
        storage_class: &["storage", "storageClass"],
        backup: &[&["backup", "barmanObjectStore"], &["backup", "volumeSnapshot"], &["plugins"]],
        ..store("postgresql.cnpg.io", "Cluster", "postgresql")
    },
    Operated {
        backup: &[&["backup", "schedule"]],
        ..store("psmdb.percona.com", "PerconaServerMongoDB", "mongodb")
    },
    Operated {
        instances: (&["pxc", "size"], None),
        backup: &[&["backup", "schedule"]],
        ..store("pxc.percona.com", "PerconaXtraDBCluster", "mysql")
    },
    Operated {
        instances: (&["replicas"], Some(1)),
        storage_class: &["persistence", "storageClassName"],
        ..queue("rabbitmq.com", "RabbitmqCluster", "rabbitmq")
    },
    Operated { instances: (&[], Some(1)), ..cache("redis.redis.opstreelabs.in", "Redis") },
    Operated {
        instances: (&["clusterSize"], None),
        ..cache("redis.redis.opstreelabs.in", "RedisCluster")
    },
    Operated {
        instances: (&["clusterSize"], None),
        ..cache("redis.redis.opstreelabs.in", "RedisReplication")
    },
    store("scylla.scylladb.com", "ScyllaCluster", "scylladb"),
];

const fn store(group: &'static str, kind: &'static str, engine: &'static str) -> Operated {
    let instances = (&[] as &[&str], None);
    Operated { group, kind, engine, role: Store, instances, storage_class: &[], backup: &[] }
}

const fn queue(group: &'static str, kind: &'static str, engine: &'static str) -> Operated {
    Operated { role: Queue, ..store(group, kind, engine) }
}

const fn cache(group: &'static str, kind: &'static str) -> Operated {
    Operated { role: Cache, ..store(group, kind, "redis") }
}

/// Reads a datastore; none for a kind that is none.
pub(super) fn lower(object: &Object<'_>) -> Option<(ComponentKind, Facts)> {
    let operated = OPERATED.iter().find(|it| it.group == object.group && it.kind == object.kind)?;
    let spec = object.spec;
    let datastore = Datastore {
        engine: Engine { name: operated.engine, role: operated.role },
        instances: instances(spec, operated),
        has_backup: has_backup(spec, operated),
        storage_class: at_path(spec, operated.storage_class),
        settings: settings(spec),
    };
    let kind = match operated.role {
        Store => ComponentKind::Datastore,
        Queue => ComponentKind::Queue,
        Cache => ComponentKind::Cache,
    };
    Some((kind, Facts::Datastore(Box::new(datastore))))
}

fn instances(spec: Fields<'_>, operated: &Operated) -> Known<u32> {
    let (path, default) = operated.instances;
    let written = at_path(spec, path);
    match default {
        Some(default) => written.or(|| spec.default(default)),
        None => written,
    }
}

/// Known only where the operator has a field for backups.
fn has_backup(spec: Fields<'_>, operated: &Operated) -> Known<bool> {
    let found = operated.backup.iter().find_map(|path| {
        let (last, folders) = path.split_last()?;
        folders.iter().fold(spec, |at, key| at.at(key)).node(last)
    });
    // What follows another cluster, or was made from a copy, has its data elsewhere too.
    let copied = [spec.at("replica").node("source"), spec.at("bootstrap").node("recovery")];
    match found {
        Some(Node { value: Value::Unknown(unknown), .. }) => Known::Unknown(unknown.reason),
        Some(node) => {
            let is_empty = node.is_seq() && node.items().is_empty();
            Known::new(!is_empty && node.as_bool() != Some(false), node.origin)
        }
        None if operated.backup.is_empty() || copied.iter().any(Option::is_some) => {
            Known::Unknown(Reason::NotInRepository)
        }
        None => spec.default(false),
    }
}

fn at_path<T: Read>(spec: Fields<'_>, path: &[&str]) -> Known<T> {
    match path.split_last() {
        Some((last, folders)) => folders.iter().fold(spec, |at, key| at.at(key)).get(last),
        None => Known::default(),
    }
}

/// How many settings of one object are kept.
const SETTING_MAX: usize = 256;

/// The scalars of the specification by path. What is secret is masked.
fn settings(spec: Fields<'_>) -> BTreeMap<SmolStr, Known<SmolStr>> {
    let mut settings = BTreeMap::new();
    for (key, node) in spec.entries() {
        flatten(&format!("spec.{key}"), key, node, &mut settings);
    }
    settings
}

/// The parser bounds the depth.
fn flatten(path: &str, key: &str, node: &Node, settings: &mut BTreeMap<SmolStr, Known<SmolStr>>) {
    if settings.len() >= SETTING_MAX {
        return;
    }
    match &node.value {
        Value::Scalar(scalar) => {
            let found = material::in_value(key, &scalar.text, Place::Open);
            let value = Known::new(material::mask(&scalar.text, &found), node.origin);
            settings.insert(path.into(), value);
        }
        Value::Unknown(unknown) => {
            settings.insert(path.into(), Known::Unknown(unknown.reason));
        }
        Value::Map(map) => {
            for entry in map.iter() {
                flatten(&format!("{path}.{}", entry.key), &entry.key, &entry.node, settings);
            }
        }
        Value::Seq(items) => {
            for (index, item) in items.iter().enumerate() {
                flatten(&format!("{path}.{index}"), key, item, settings);
            }
        }
    }
}
