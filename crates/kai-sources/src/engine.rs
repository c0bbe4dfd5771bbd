//! Well-known software by its image.

//! What runs to its end is a client. Of what keeps running the first container decides, unless it
//! only helps another one. Where its image is not known
//! software, it is recognised by what it does: it keeps its data where an engine keeps them, and
//! opens the port that the engine opens. One of the two alone proves nothing (a backup job mounts
//! the same folder, a proxy opens the same port).
//!
//! Redis and its relatives are caches, because losing one is an outage and not a loss, until the
//! configuration says that somebody wants the data back: a folder that outlives the pod is mounted
//! where the data are (`/data`), and the arguments do not switch persistence off. An append-only
//! file on an emptyDir dies with the pod, so it makes no datastore.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use kai_core::{OriginId, SmolStr};
use kai_graph::{Container, Engine, EngineRole, Image, VolumeSource, Workload};

use EngineRole::{Cache, Datastore, Queue};

/// Names of images, the last part of the repository, and what they run. Sorted by name. A name that
/// is not here is not known software, so that `postgres-exporter`, `kafka-ui` or `redis-operator`
/// need no exceptions.
const IMAGES: &[(&str, &str, EngineRole)] = &[
    ("activemq", "activemq", Queue),
    ("activemq-artemis", "activemq", Queue),
    ("activemq-classic", "activemq", Queue),
    ("alpine-redis", "redis", Cache),
    ("apache-kafka", "kafka", Queue),
    ("arangodb", "arangodb", Datastore),
    ("artemis", "activemq", Queue),
    ("azure-sql-edge", "sqlserver", Datastore),
    ("cassandra", "cassandra", Datastore),
    ("clickhouse", "clickhouse", Datastore),
    ("clickhouse-server", "clickhouse", Datastore),
    ("cockroach", "cockroachdb", Datastore),
    ("consul", "consul", Datastore),
    ("couchbase", "couchbase", Datastore),
    ("couchdb", "couchdb", Datastore),
    ("cp-kafka", "kafka", Queue),
    ("cp-server", "kafka", Queue),
    ("cp-zookeeper", "zookeeper", Datastore),
    ("cp-schema-registry", "kafka", Queue),
    ("dragonfly", "redis", Cache),
    ("elasticsearch", "elasticsearch", Datastore),
    ("elasticsearch-oss", "elasticsearch", Datastore),
    ("etcd", "etcd", Datastore),
    ("influxdb", "influxdb", Datastore),
    ("influxdb2", "influxdb", Datastore),
    ("kafka", "kafka", Queue),
    ("kafka-native", "kafka", Queue),
    ("keydb", "redis", Cache),
    ("mariadb", "mariadb", Datastore),
    ("mariadb-galera", "mariadb", Datastore),
    ("meilisearch", "meilisearch", Datastore),
    ("memcached", "memcached", Cache),
    ("minio", "minio", Datastore),
    ("mongo", "mongodb", Datastore),
    ("mongodb", "mongodb", Datastore),
    ("mongodb-community-server", "mongodb", Datastore),
    ("mongodb-enterprise-server", "mongodb", Datastore),
    ("mongodb-sharded", "mongodb", Datastore),
    ("mssql-server", "sqlserver", Datastore),
    ("mysql", "mysql", Datastore),
    ("mysql-server", "mysql", Datastore),
    ("nats", "nats", Queue),
    ("nats-streaming", "nats", Queue),
    ("neo4j", "neo4j", Datastore),
    ("opensearch", "opensearch", Datastore),
    ("percona", "mysql", Datastore),
    ("percona-server", "mysql", Datastore),
    ("percona-server-mongodb", "mongodb", Datastore),
    ("percona-xtradb-cluster", "mysql", Datastore),
    ("pgvector", "postgresql", Datastore),
    ("pgvecto-rs", "postgresql", Datastore),
    ("postgis", "postgresql", Datastore),
    ("postgres", "postgresql", Datastore),
    ("postgresql", "postgresql", Datastore),
    ("postgresql-repmgr", "postgresql", Datastore),
    ("pulsar", "pulsar", Queue),
    ("qdrant", "qdrant", Datastore),
    ("questdb", "questdb", Datastore),
    ("rabbitmq", "rabbitmq", Queue),
    ("redis", "redis", Cache),
    ("redis-cluster", "redis", Cache),
    ("redis-stack", "redis", Cache),
    ("redis-stack-server", "redis", Cache),
    ("redpanda", "kafka", Queue),
    ("rethinkdb", "rethinkdb", Datastore),
    ("scylla", "scylladb", Datastore),
    ("solr", "solr", Datastore),
    ("spilo", "postgresql", Datastore),
    ("surrealdb", "surrealdb", Datastore),
    ("tikv", "tikv", Datastore),
    ("timescaledb", "postgresql", Datastore),
    ("timescaledb-ha", "postgresql", Datastore),
    ("typesense", "typesense", Datastore),
    ("valkey", "redis", Cache),
    ("valkey-cluster", "redis", Cache),
    ("vault", "vault", Datastore),
    ("weaviate", "weaviate", Datastore),
    ("yugabyte", "yugabytedb", Datastore),
    ("zookeeper", "zookeeper", Datastore),
];

/// Where engines keep their data and the port they open, for images with names of their own.
const HABITS: &[(&str, u16, &str, EngineRole)] = &[
    ("/bitnami/mongodb", 27017, "mongodb", Datastore),
    ("/bitnami/mysql", 3306, "mysql", Datastore),
    ("/bitnami/postgresql", 5432, "postgresql", Datastore),
    ("/cockroach/cockroach-data", 26257, "cockroachdb", Datastore),
    ("/data/db", 27017, "mongodb", Datastore),
    ("/usr/share/elasticsearch/data", 9200, "elasticsearch", Datastore),
    ("/usr/share/opensearch/data", 9200, "opensearch", Datastore),
    ("/var/lib/cassandra", 9042, "cassandra", Datastore),
    ("/var/lib/clickhouse", 9000, "clickhouse", Datastore),
    ("/var/lib/etcd", 2379, "etcd", Datastore),
    ("/var/lib/kafka", 9092, "kafka", Queue),
    ("/var/lib/mysql", 3306, "mysql", Datastore),
    ("/var/lib/postgresql", 5432, "postgresql", Datastore),
    ("/var/lib/rabbitmq", 5672, "rabbitmq", Queue),
];

/// Last parts of the names of images that stand beside what a pod is for.
const HELPERS: &[&str] = &["exporter", "proxy", "proxyv2", "agent", "sidecar", "bit", "collector"];

/// Programs that copy state away.
const BACKUP_TOOLS: &[&str] = &[
    "barman",
    "barman-cloud-backup",
    "borg",
    "borgmatic",
    "etcdctl snapshot save",
    "influxd backup",
    "kopia",
    "mariabackup",
    "mariadb-backup",
    "mariadb-dump",
    "mongodump",
    "mysqldump",
    "nodetool snapshot",
    "pg_basebackup",
    "pg_dump",
    "pg_dumpall",
    "pgbackrest",
    "rclone",
    "redis-cli --rdb",
    "restic",
    "velero",
    "wal-e",
    "wal-g",
    "xtrabackup",
];

/// The software that the workload runs for others.
#[must_use]
pub fn of_workload(workload: &Workload) -> Option<Engine> {
    if !workload.is_long_running() {
        return None;
    }
    let container = workload.pod.containers.iter().find(|it| !is_helper(it))?;
    let image = container.image.value();
    let engine = image.and_then(of_image).or_else(|| by_habit(container))?;
    let is_kept = engine.name == "redis"
        && !switches_persistence_off(container)
        && keeps(workload, container, "/data");
    Some(if is_kept { Engine { role: Datastore, ..engine } } else { engine })
}

/// The software of the first container whose build `base` gives an image for that is known, where it opens the port
/// of that software: what begins with an engine to copy its data away opens none.
pub(crate) fn of_build<'a>(
    workload: &Workload,
    base: impl Fn(&str) -> Option<&'a Image>,
) -> Option<Engine> {
    if !workload.is_long_running() {
        return None;
    }
    let container = workload.pod.containers.iter().find(|it| !is_helper(it))?;
    // Another stage may begin with anything else.
    if !container.built_stage.is_not_declared() {
        return None;
    }
    let engine = of_image(base(&container.built_from.as_ref()?.value)?)?;
    let is_usual = |port: &u16| HABITS.iter().any(|it| it.1 == *port && it.2 == engine.name);
    container.ports.iter().filter_map(|it| it.number.value()).any(is_usual).then_some(engine)
}

fn is_helper(container: &Container) -> bool {
    let Some(image) = container.image.value() else { return false };
    let last = image.name().rsplit(['-', '_']).next().unwrap_or_default();
    HELPERS.contains(&last)
}

fn by_habit(container: &Container) -> Option<Engine> {
    let opens = |port| container.ports.iter().any(|it| it.number.value() == Some(&port));
    let mounts = |folder: &str| container.mounts.iter().any(|it| is_at_or_below(&it.path, folder));
    let (_, _, name, role) =
        HABITS.iter().find(|(folder, port, _, _)| opens(*port) && mounts(folder))?;
    Some(Engine { name, role: *role })
}

fn is_at_or_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// `save ""` without an append-only file.
fn switches_persistence_off(container: &Container) -> bool {
    let words = words(container);
    let follows = |name: &str, values: &[&str]| {
        words.windows(2).any(|it| it[0].trim_start_matches('-') == name && values.contains(&it[1]))
    };
    follows("save", &["", "\"\"", "''"]) && !follows("appendonly", &["yes"])
}

/// The words of command and arguments, those of a shell line apart.
fn words(container: &Container) -> Vec<&str> {
    let texts = container.command.iter().chain(&container.args).map(|it| it.value.as_str());
    texts
        .flat_map(|it| if it.is_empty() { vec![""] } else { it.split_whitespace().collect() })
        .collect()
}

/// True where the folder lies on something that outlives the pod.
fn keeps(workload: &Workload, container: &Container, folder: &str) -> bool {
    container.mounts.iter().any(|mount| {
        let is_there = mount.path == folder
            || mount.path.ends_with("/data")
            || mount.path.contains("redis")
            || mount.path.contains("valkey");
        let is_template = workload.claim_templates.iter().any(|it| it.name == mount.volume);
        let volume = workload.pod.volume(&mount.volume).map(|it| &it.source);
        is_there && (is_template || volume.is_some_and(outlives_pod))
    })
}

fn outlives_pod(source: &VolumeSource) -> bool {
    matches!(
        source,
        VolumeSource::Claim { .. } | VolumeSource::Named { .. } | VolumeSource::HostPath { .. }
    )
}

/// The program in the workload's images or commands that copies state away, and where it stands.
#[must_use]
pub fn backup_tool(workload: &Workload) -> Option<(SmolStr, OriginId)> {
    workload.pod.all_containers().find_map(|container| {
        let image = container.image.traced();
        let by_image = image.and_then(|it| Some((tool_of_image(&it.value)?, it.origin)));
        let mut texts = container.command.iter().chain(&container.args);
        by_image.or_else(|| texts.find_map(|it| Some((tool_in(&it.value)?, it.origin))))
    })
}

fn tool_of_image(image: &Image) -> Option<SmolStr> {
    let name = image.name();
    BACKUP_TOOLS.iter().find(|it| **it == name).map(|it| SmolStr::new_static(it))
}

static TOOLS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let builder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(BACKUP_TOOLS);
    builder.expect("a few names make an automaton")
});

/// What programs for copies are asked by whoever only looks at those that are there.
const LOOKING: &[&str] =
    &["check", "info", "list", "ls", "snapshots", "stats", "verify", "version"];

/// The first program that stands as words of its own, with or without a folder before it, and does more than look.
fn tool_in(text: &str) -> Option<SmolStr> {
    let is_word = |it: char| it.is_alphanumeric() || matches!(it, '-' | '_' | '.');
    let found = TOOLS.find_iter(text).find(|it| {
        let before = text[..it.start()].chars().next_back();
        let rest = &text[it.end()..];
        let is_whole = !rest.starts_with(|it| is_word(it) || it == '/');
        let asked = rest.split_whitespace().find(|it| !it.starts_with('-'));
        let looks = asked.is_some_and(|it| LOOKING.contains(&it));
        !before.is_some_and(is_word) && is_whole && !looks
    })?;
    Some(SmolStr::new_static(BACKUP_TOOLS[found.pattern().as_usize()]))
}

/// The software that an image of this name runs, as it is without further settings.
#[must_use]
pub fn of_image(image: &Image) -> Option<Engine> {
    let name = image.name();
    let (_, engine, role) = IMAGES.iter().find(|(it, _, _)| *it == name)?;
    Some(Engine { name: engine, role: *role })
}
