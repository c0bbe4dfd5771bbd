//! What the API calls what the provider writes in blocks
//! (registry.terraform.io/providers/hashicorp/kubernetes).

use std::borrow::Cow;

/// Types without the version at their end, the version and kind that they are. Sorted.
const KINDS: &[(&str, &str, &str)] = &[
    ("kubernetes_api_service", "apiregistration.k8s.io/v1", "APIService"),
    ("kubernetes_cluster_role", "rbac.authorization.k8s.io/v1", "ClusterRole"),
    ("kubernetes_cluster_role_binding", "rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
    ("kubernetes_config_map", "v1", "ConfigMap"),
    ("kubernetes_cron_job", "batch/v1beta1", "CronJob"),
    ("kubernetes_cron_job_v1", "batch/v1", "CronJob"),
    ("kubernetes_csi_driver", "storage.k8s.io/v1beta1", "CSIDriver"),
    ("kubernetes_csi_driver_v1", "storage.k8s.io/v1", "CSIDriver"),
    ("kubernetes_daemon_set", "apps/v1", "DaemonSet"),
    ("kubernetes_daemonset", "apps/v1", "DaemonSet"),
    ("kubernetes_deployment", "apps/v1", "Deployment"),
    ("kubernetes_endpoint_slice", "discovery.k8s.io/v1", "EndpointSlice"),
    ("kubernetes_endpoints", "v1", "Endpoints"),
    ("kubernetes_horizontal_pod_autoscaler", "autoscaling/v1", "HorizontalPodAutoscaler"),
    ("kubernetes_horizontal_pod_autoscaler_v2", "autoscaling/v2", "HorizontalPodAutoscaler"),
    (
        "kubernetes_horizontal_pod_autoscaler_v2beta2",
        "autoscaling/v2beta2",
        "HorizontalPodAutoscaler",
    ),
    ("kubernetes_ingress", "extensions/v1beta1", "Ingress"),
    ("kubernetes_ingress_class", "networking.k8s.io/v1", "IngressClass"),
    ("kubernetes_ingress_v1", "networking.k8s.io/v1", "Ingress"),
    ("kubernetes_job", "batch/v1", "Job"),
    ("kubernetes_limit_range", "v1", "LimitRange"),
    (
        "kubernetes_mutating_webhook_configuration",
        "admissionregistration.k8s.io/v1",
        "MutatingWebhookConfiguration",
    ),
    ("kubernetes_namespace", "v1", "Namespace"),
    ("kubernetes_network_policy", "networking.k8s.io/v1", "NetworkPolicy"),
    ("kubernetes_persistent_volume", "v1", "PersistentVolume"),
    ("kubernetes_persistent_volume_claim", "v1", "PersistentVolumeClaim"),
    ("kubernetes_pod", "v1", "Pod"),
    ("kubernetes_pod_disruption_budget", "policy/v1beta1", "PodDisruptionBudget"),
    ("kubernetes_pod_disruption_budget_v1", "policy/v1", "PodDisruptionBudget"),
    ("kubernetes_priority_class", "scheduling.k8s.io/v1", "PriorityClass"),
    ("kubernetes_replication_controller", "v1", "ReplicationController"),
    ("kubernetes_resource_quota", "v1", "ResourceQuota"),
    ("kubernetes_role", "rbac.authorization.k8s.io/v1", "Role"),
    ("kubernetes_role_binding", "rbac.authorization.k8s.io/v1", "RoleBinding"),
    ("kubernetes_runtime_class", "node.k8s.io/v1", "RuntimeClass"),
    ("kubernetes_secret", "v1", "Secret"),
    ("kubernetes_service", "v1", "Service"),
    ("kubernetes_service_account", "v1", "ServiceAccount"),
    ("kubernetes_stateful_set", "apps/v1", "StatefulSet"),
    ("kubernetes_storage_class", "storage.k8s.io/v1", "StorageClass"),
    (
        "kubernetes_validating_webhook_configuration",
        "admissionregistration.k8s.io/v1",
        "ValidatingWebhookConfiguration",
    ),
];

/// The version and kind that a type of resource is: its own, else that of the type without `_v1`.
pub(super) fn api(ty: &str) -> Option<(&'static str, &'static str)> {
    let of = |ty: &str| {
        let at = KINDS.binary_search_by(|it| it.0.cmp(ty)).ok()?;
        Some((KINDS[at].1, KINDS[at].2))
    };
    of(ty).or_else(|| of(ty.strip_suffix("_v1")?))
}

/// Blocks that stand there as often as there are things of their kind, and the list that they are.
/// Sorted.
const LISTS: &[(&str, &str)] = &[
    ("address", "addresses"),
    ("allowed_topologies", "allowedTopologies"),
    ("cluster_role_selectors", "clusterRoleSelectors"),
    ("container", "containers"),
    ("egress", "egress"),
    ("endpoint", "endpoints"),
    ("env", "env"),
    ("env_from", "envFrom"),
    ("from", "from"),
    ("host_aliases", "hostAliases"),
    ("http_header", "httpHeaders"),
    ("image_pull_secret", "imagePullSecrets"),
    ("image_pull_secrets", "imagePullSecrets"),
    ("ingress", "ingress"),
    ("init_container", "initContainers"),
    ("items", "items"),
    ("limit", "limits"),
    ("match_expression", "matchExpressions"),
    ("match_expressions", "matchExpressions"),
    ("match_fields", "matchFields"),
    ("match_label_expressions", "matchLabelExpressions"),
    ("metric", "metrics"),
    ("node_selector_term", "nodeSelectorTerms"),
    ("not_ready_address", "notReadyAddresses"),
    ("on_pod_condition", "onPodConditions"),
    ("option", "options"),
    ("path", "paths"),
    ("policy", "policies"),
    ("port", "ports"),
    ("ports", "ports"),
    (
        "preferred_during_scheduling_ignored_during_execution",
        "preferredDuringSchedulingIgnoredDuringExecution",
    ),
    ("readiness_gate", "readinessGates"),
    (
        "required_during_scheduling_ignored_during_execution",
        "requiredDuringSchedulingIgnoredDuringExecution",
    ),
    ("rule", "rules"),
    ("secret", "secrets"),
    ("sources", "sources"),
    ("subject", "subjects"),
    ("subset", "subsets"),
    ("sysctl", "sysctls"),
    ("tls", "tls"),
    ("to", "to"),
    ("toleration", "tolerations"),
    ("topology_spread_constraint", "topologySpreadConstraints"),
    ("volume", "volumes"),
    ("volume_claim_template", "volumeClaimTemplates"),
    ("volume_device", "volumeDevices"),
    ("volume_mount", "volumeMounts"),
    ("webhook", "webhooks"),
];

/// The same names where one block is one thing: the block around, and the name.
const ONCE: &[(&str, &str)] = &[
    ("ephemeral", "volume_claim_template"),
    ("external", "metric"),
    ("node_affinity", "required_during_scheduling_ignored_during_execution"),
    ("object", "metric"),
    ("persistent_volume_source", "secret"),
    ("pods", "metric"),
    ("service", "port"),
    ("sources", "secret"),
    ("volume", "secret"),
];

/// The list that blocks of a name make within another block; none where they stand for one thing.
pub(super) fn list(around: &str, name: &str) -> Option<&'static str> {
    if ONCE.contains(&(around, name)) {
        return None;
    }
    let at = LISTS.binary_search_by(|it| it.0.cmp(name)).ok()?;
    Some(LISTS[at].1)
}

/// True where a value of that name may be one thing and no list: a port by its number, a path.
pub(super) fn may_be_one(around: &str, name: &str) -> bool {
    match name {
        "path" => around != "http",
        "port" => !matches!(around, "container" | "init_container" | "spec" | "subset"),
        _ => false,
    }
}

/// Mappings from text to text, whose keys are the user's own.
const MAPS: &[&str] = &[
    "annotations",
    "binary_data",
    "capacity",
    "data",
    "default",
    "default_request",
    "hard",
    "labels",
    "limits",
    "match_labels",
    "max",
    "max_limit_request_ratio",
    "min",
    "node_selector",
    "options",
    "overhead",
    "parameters",
    "requests",
    "volume_attributes",
];

/// True for a mapping whose keys are the user's own. A selector is one where it is no block.
pub(super) fn is_map(name: &str) -> bool {
    MAPS.contains(&name)
}

/// Arguments that are texts whatever they look like.
const TEXTS: &[&str] = &[
    "average_value",
    "cluster_ip",
    "external_name",
    "host",
    "key",
    "load_balancer_ip",
    "name",
    "namespace",
    "path",
    "size_limit",
    "storage",
    "value",
    "version",
];

/// True for an argument of a block that is a text whatever it looks like. Of others the provider takes
/// `"2"` for two.
pub(super) fn is_text(around: &str, name: &str) -> bool {
    // Of a PriorityClass, and of a policy of an autoscaler, it is a number.
    let is_number = name == "value" && matches!(around, "" | "policy");
    TEXTS.contains(&name) && !is_number
}

/// Words of the API that are no word of camel case. Sorted.
const SPELLED: &[(&str, &str)] = &[
    ("client_ip", "clientIP"),
    ("cluster_ip", "clusterIP"),
    ("cluster_ips", "clusterIPs"),
    ("data_disk_uri", "diskURI"),
    ("external_ips", "externalIPs"),
    ("host_ip", "hostIP"),
    ("host_ipc", "hostIPC"),
    ("host_pid", "hostPID"),
    ("load_balancer_ip", "loadBalancerIP"),
    ("non_resource_urls", "nonResourceURLs"),
    ("pod_cidr", "podCIDR"),
    ("provider_id", "providerID"),
    ("storage_provisioner", "provisioner"),
    ("target_cpu_utilization_percentage", "targetCPUUtilizationPercentage"),
    ("volume_id", "volumeID"),
];

/// `volumeMounts` of `volume_mounts`.
pub(super) fn spelled(name: &str) -> Cow<'static, str> {
    if let Ok(at) = SPELLED.binary_search_by(|it| it.0.cmp(name)) {
        return Cow::Borrowed(SPELLED[at].1);
    }
    let mut words = name.split('_');
    let mut spelled = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        spelled.extend(letters.next().map(|it| it.to_ascii_uppercase()));
        spelled.push_str(letters.as_str());
    }
    Cow::Owned(spelled)
}
