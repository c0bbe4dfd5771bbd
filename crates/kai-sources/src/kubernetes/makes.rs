//! What controllers make from an object, so that nobody calls it missing.

use kai_core::SmolStr;
use kai_graph::{Facts, Makes};

use crate::kubernetes::object::Object;

/// A group, a kind, and the kinds and names of what is made from it.
type Made = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// Objects of known names: `{}` stands for the object's own name.
const NAMED: &[Made] = &[
    (
        "acid.zalan.do",
        "postgresql",
        &[("Service", "{}"), ("Service", "{}-repl"), ("StatefulSet", "{}")],
    ),
    ("databases.spotahome.com", "RedisFailover", &[("Service", "rfs-{}"), ("Service", "rfr-{}")]),
    ("dragonflydb.io", "Dragonfly", &[("Service", "{}")]),
    (
        "elasticsearch.k8s.elastic.co",
        "Elasticsearch",
        &[
            ("Service", "{}-es-http"),
            ("Service", "{}-es-transport"),
            ("Secret", "{}-es-elastic-user"),
            ("Secret", "{}-es-http-certs-public"),
        ],
    ),
    (
        "k8s.mariadb.com",
        "MariaDB",
        &[("Service", "{}"), ("Service", "{}-primary"), ("StatefulSet", "{}")],
    ),
    ("kibana.k8s.elastic.co", "Kibana", &[("Service", "{}-kb-http")]),
    (
        "kafka.strimzi.io",
        "Kafka",
        &[
            ("Service", "{}-kafka-bootstrap"),
            ("Service", "{}-kafka-brokers"),
            ("Service", "{}-zookeeper-client"),
            ("Secret", "{}-cluster-ca-cert"),
            ("Secret", "{}-clients-ca-cert"),
        ],
    ),
    ("kafka.strimzi.io", "KafkaBridge", &[("Service", "{}-bridge-service")]),
    ("kafka.strimzi.io", "KafkaConnect", &[("Service", "{}-connect-api")]),
    ("kafka.strimzi.io", "KafkaUser", &[("Secret", "{}")]),
    (
        "moco.cybozu.com",
        "MySQLCluster",
        &[
            ("Service", "moco-{}"),
            ("Service", "moco-{}-primary"),
            ("Service", "moco-{}-replica"),
            ("StatefulSet", "moco-{}"),
            ("Secret", "moco-{}"),
        ],
    ),
    (
        "monitoring.coreos.com",
        "Alertmanager",
        &[("Service", "alertmanager-operated"), ("StatefulSet", "alertmanager-{}")],
    ),
    (
        "monitoring.coreos.com",
        "Prometheus",
        &[("Service", "prometheus-operated"), ("StatefulSet", "prometheus-{}")],
    ),
    (
        "mongodbcommunity.mongodb.com",
        "MongoDBCommunity",
        &[("Service", "{}-svc"), ("StatefulSet", "{}")],
    ),
    ("mysql.oracle.com", "InnoDBCluster", &[("Service", "{}"), ("Service", "{}-instances")]),
    ("objectbucket.io", "ObjectBucketClaim", &[("ConfigMap", "{}"), ("Secret", "{}")]),
    ("opensearch.opster.io", "OpenSearchCluster", &[("Service", "{}")]),
    ("operator.victoriametrics.com", "VMAgent", &[("Service", "vmagent-{}")]),
    ("operator.victoriametrics.com", "VMAlert", &[("Service", "vmalert-{}")]),
    ("operator.victoriametrics.com", "VMAlertmanager", &[("Service", "vmalertmanager-{}")]),
    (
        "operator.victoriametrics.com",
        "VMCluster",
        &[("Service", "vmselect-{}"), ("Service", "vminsert-{}"), ("Service", "vmstorage-{}")],
    ),
    ("operator.victoriametrics.com", "VMSingle", &[("Service", "vmsingle-{}")]),
    (
        "postgres-operator.crunchydata.com",
        "PostgresCluster",
        &[
            ("Service", "{}-ha"),
            ("Service", "{}-primary"),
            ("Service", "{}-replicas"),
            ("Service", "{}-pgbouncer"),
        ],
    ),
    (
        "postgresql.cnpg.io",
        "Cluster",
        &[
            ("Service", "{}-r"),
            ("Service", "{}-ro"),
            ("Service", "{}-rw"),
            ("Secret", "{}-app"),
            ("Secret", "{}-ca"),
            ("Secret", "{}-replication"),
            ("Secret", "{}-server"),
            ("Secret", "{}-superuser"),
            ("ServiceAccount", "{}"),
            ("PodDisruptionBudget", "{}"),
            ("PodDisruptionBudget", "{}-primary"),
        ],
    ),
    ("postgresql.cnpg.io", "Pooler", &[("Service", "{}"), ("Deployment", "{}")]),
    (
        "rabbitmq.com",
        "RabbitmqCluster",
        &[
            ("Service", "{}"),
            ("Service", "{}-nodes"),
            ("Secret", "{}-default-user"),
            ("StatefulSet", "{}-server"),
        ],
    ),
    ("redis.redis.opstreelabs.in", "Redis", &[("Service", "{}"), ("StatefulSet", "{}")]),
    (
        "redis.redis.opstreelabs.in",
        "RedisCluster",
        &[("Service", "{}-leader"), ("Service", "{}-follower")],
    ),
    ("redis.redis.opstreelabs.in", "RedisReplication", &[("Service", "{}")]),
    ("serving.knative.dev", "Service", &[("Service", "{}")]),
];

/// Custom kinds that only configure something that runs anyway; `*` for all kinds of a group.
const CONFIGURE_ONLY: &[(&str, &[&str])] = &[
    ("acme.cert-manager.io", &["*"]),
    ("argoproj.io", &["AppProject", "AnalysisTemplate", "ClusterAnalysisTemplate"]),
    (
        "ceph.rook.io",
        &["CephBlockPool", "CephBlockPoolRadosNamespace", "CephFilesystemSubVolumeGroup"],
    ),
    ("cilium.io", &["*"]),
    ("cloud.google.com", &["*"]),
    ("coil.cybozu.com", &["AddressBlock", "AddressPool", "BlockRequest"]),
    ("crd.projectcalico.org", &["*"]),
    ("external-secrets.io", &["SecretStore", "ClusterSecretStore", "PushSecret"]),
    ("gateway.envoyproxy.io", &["*"]),
    (
        "grafana.integreatly.org",
        &["GrafanaAlertRuleGroup", "GrafanaDashboard", "GrafanaDatasource", "GrafanaFolder"],
    ),
    ("image.toolkit.fluxcd.io", &["*"]),
    ("integreatly.org", &["GrafanaDashboard", "GrafanaDataSource", "GrafanaFolder"]),
    ("k8s.cni.cncf.io", &["*"]),
    ("kafka.strimzi.io", &["KafkaTopic", "KafkaNodePool"]),
    ("karpenter.k8s.aws", &["*"]),
    ("karpenter.sh", &["*"]),
    ("keda.sh", &["ScaledObject", "TriggerAuthentication", "ClusterTriggerAuthentication"]),
    ("kustomize.toolkit.fluxcd.io", &["*"]),
    ("metallb.io", &["*"]),
    (
        "monitoring.coreos.com",
        &[
            "ServiceMonitor",
            "PodMonitor",
            "PrometheusRule",
            "Probe",
            "AlertmanagerConfig",
            "ScrapeConfig",
        ],
    ),
    ("monitoring.googleapis.com", &["*"]),
    ("networking.gke.io", &["*"]),
    ("networking.istio.io", &["*"]),
    ("notification.toolkit.fluxcd.io", &["*"]),
    ("objectbucket.io", &["*"]),
    (
        "operator.victoriametrics.com",
        &[
            "VMServiceScrape",
            "VMPodScrape",
            "VMNodeScrape",
            "VMProbe",
            "VMStaticScrape",
            "VMRule",
            "VMAlertmanagerConfig",
            "VMUser",
            "VMScrapeConfig",
        ],
    ),
    ("observability.giantswarm.io", &["*"]),
    ("policy.networking.k8s.io", &["*"]),
    (
        "postgresql.cnpg.io",
        &[
            "Backup",
            "ScheduledBackup",
            "Database",
            "DatabaseRole",
            "Publication",
            "Subscription",
            "ImageCatalog",
            "ClusterImageCatalog",
        ],
    ),
    ("projectcalico.org", &["*"]),
    ("projectcontour.io", &["*"]),
    ("resources.cattle.io", &["*"]),
    ("scorecard.operatorframework.io", &["*"]),
    ("security.istio.io", &["*"]),
    ("snapscheduler.backube", &["*"]),
    ("source.toolkit.fluxcd.io", &["*"]),
    ("telemetry.istio.io", &["*"]),
    ("topolvm.io", &["*"]),
    ("topolvm.cybozu.com", &["*"]),
    ("traefik.containo.us", &["*"]),
    ("traefik.io", &["*"]),
    ("velero.io", &["*"]),
    ("volsync.backube", &["ReplicationSource"]),
    ("vpcresources.k8s.aws", &["*"]),
];

/// Custom kinds that make Secrets and nothing else.
const MAKE_SECRETS: &[&str] = &[
    "bitnami.com",
    "cert-manager.io",
    "external-secrets.io",
    "isindir.github.com",
    "kubernetes-client.io",
    "onepassword.com",
    "ricoberger.de",
    "secrets.hashicorp.com",
    "secrets.infisical.com",
];

/// What a controller makes from the object, as far as it is known; anything, of a kind of which
/// nothing is known.
pub(super) fn of(object: &Object<'_>, facts: &Facts) -> Option<Box<Makes>> {
    if let Facts::Secret(secret) = facts {
        let named = vec![(SmolStr::new_static("Secret"), secret.target_name.clone()?)];
        return Some(Box::new(Makes { named, ..Makes::default() }));
    }
    if is_built_in(object.group) {
        return None;
    }
    let named: Vec<_> = named(object).collect();
    let kinds = kinds(object);
    let is_nothing = named.is_empty() && kinds.is_empty();
    (!is_nothing).then(|| Box::new(Makes { named, kinds, namespace: namespace(object) }))
}

fn named(object: &Object<'_>) -> impl Iterator<Item = (SmolStr, SmolStr)> {
    let found = NAMED.iter().find(|it| it.0 == object.group && it.1 == object.kind);
    let name = object.name;
    let made = found.map(|it| it.2).unwrap_or_default();
    made.iter()
        .map(move |(kind, pattern)| (SmolStr::new_static(kind), pattern.replace("{}", name).into()))
}

fn kinds(object: &Object<'_>) -> Vec<SmolStr> {
    let (group, kind) = (object.group, object.kind);
    let kinds: &[&str] = match (group, kind) {
        ("gateway.networking.k8s.io", "Gateway") => &["Deployment", "Pod", "Service"],
        ("argoproj.io", "Application" | "ApplicationSet") => argo(object),
        _ if configures_only(group, kind) => &[],
        _ if MAKE_SECRETS.contains(&group) => &["Secret"],
        _ => &["*"],
    };
    kinds.iter().map(|it| SmolStr::new_static(it)).collect()
}

/// Groups of the API server itself have short names or end in `k8s.io`; so do a few others, which
/// bring controllers of their own.
fn is_built_in(group: &str) -> bool {
    let is_other = group.ends_with("x-k8s.io") || group == "gateway.networking.k8s.io";
    !group.contains('.') || (group.ends_with(".k8s.io") && !is_other)
}

fn configures_only(group: &str, kind: &str) -> bool {
    let is_route = group == "gateway.networking.k8s.io" && kind != "Gateway";
    is_route
        || CONFIGURE_ONLY
            .iter()
            .any(|(it, kinds)| *it == group && kinds.iter().any(|it| *it == "*" || *it == kind))
}

/// Folders that Argo CD points at are reviewed as such; a chart may bring anything.
fn argo(object: &Object<'_>) -> &'static [&'static str] {
    let spec = match object.kind {
        "ApplicationSet" => object.spec.at("template").at("spec"),
        _ => object.spec,
    };
    let mut sources = spec.find("source").into_iter().chain(spec.list("sources"));
    if sources.any(|it| it.has("chart")) { &["*"] } else { &[] }
}

/// Where a release puts what it makes.
fn namespace(object: &Object<'_>) -> Option<SmolStr> {
    match object.kind {
        "HelmRelease" | "HelmChart" => object.spec.opt("targetNamespace"),
        "Application" => object.spec.at("destination").opt("namespace"),
        "ApplicationSet" => {
            object.spec.at("template").at("spec").at("destination").opt("namespace")
        }
        _ => None,
    }
}
