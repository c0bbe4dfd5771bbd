//! How lists of the built-in Kubernetes API merge.
//!
//! Source: `x-kubernetes-patch-strategy`, `x-kubernetes-patch-merge-key` and
//! `x-kubernetes-list-map-keys` of the Kubernetes v1.21.2 OpenAPI document, the one that kyaml
//! 0.18 (Kustomize v5.5) is built with (`kyaml/openapi/kubernetesapi/v1_21_2`). Only types that
//! lead to a list that merges are listed; every other list is replaced as a whole, as are all lists
//! of kinds that came later (`autoscaling/v2`) or that a custom resource definition adds.

/// One field of a type that leads to a list that merges.
pub(super) enum Shape {
    /// A mapping of the named type.
    Object(&'static str),
    /// A list whose items are told apart by these keys; the items' type, if that leads further.
    Keyed(&'static [&'static str], &'static str),
    /// A list of scalars that are kept once each.
    Set,
}

use Shape::{Keyed, Object, Set};

/// A type's name and its fields.
pub(super) type Type = (&'static str, &'static [(&'static str, Shape)]);

const METADATA: (&str, Shape) = ("metadata", Object("ObjectMeta"));
const STATUS: (&str, Shape) = ("status", Object("ConditionedStatus"));
const TEMPLATE: (&str, Shape) = ("template", Object("PodTemplateSpec"));

pub(super) const TYPES: &[Type] = &[
    ("ObjectMeta", &[("finalizers", Set), ("ownerReferences", Keyed(&["uid"], ""))]),
    ("Object", &[METADATA]),
    ("ObjectWithConditions", &[METADATA, STATUS]),
    ("ConditionedStatus", &[("conditions", Keyed(&["type"], ""))]),
    ("Workload", &[METADATA, ("spec", Object("WorkloadSpec")), STATUS]),
    ("WorkloadSpec", &[TEMPLATE]),
    ("JobTemplateSpec", &[METADATA, ("spec", Object("WorkloadSpec"))]),
    ("CronJob", &[METADATA, ("spec", Object("CronJobSpec"))]),
    ("CronJobSpec", &[("jobTemplate", Object("JobTemplateSpec"))]),
    ("Pod", &[METADATA, ("spec", Object("PodSpec")), ("status", Object("PodStatus"))]),
    ("PodTemplate", &[METADATA, TEMPLATE]),
    ("PodTemplateSpec", &[METADATA, ("spec", Object("PodSpec"))]),
    (
        "PodSpec",
        &[
            ("containers", Keyed(&["name"], "Container")),
            ("ephemeralContainers", Keyed(&["name"], "EphemeralContainer")),
            ("hostAliases", Keyed(&["ip"], "")),
            ("imagePullSecrets", Keyed(&["name"], "")),
            ("initContainers", Keyed(&["name"], "Container")),
            ("topologySpreadConstraints", Keyed(&["topologyKey", "whenUnsatisfiable"], "")),
            ("volumes", Keyed(&["name"], "Volume")),
        ],
    ),
    ("PodStatus", &[("conditions", Keyed(&["type"], "")), ("podIPs", Keyed(&["ip"], ""))]),
    (
        "Container",
        &[
            ("env", Keyed(&["name"], "")),
            ("ports", Keyed(&["containerPort", "protocol"], "")),
            ("volumeDevices", Keyed(&["devicePath"], "")),
            ("volumeMounts", Keyed(&["mountPath"], "")),
        ],
    ),
    (
        "EphemeralContainer",
        &[
            ("env", Keyed(&["name"], "")),
            ("volumeDevices", Keyed(&["devicePath"], "")),
            ("volumeMounts", Keyed(&["mountPath"], "")),
        ],
    ),
    ("Volume", &[("ephemeral", Object("EphemeralVolumeSource"))]),
    ("EphemeralVolumeSource", &[("volumeClaimTemplate", Object("Object"))]),
    ("Service", &[METADATA, ("spec", Object("ServiceSpec")), STATUS]),
    ("ServiceSpec", &[("ports", Keyed(&["port", "protocol"], ""))]),
    ("ServiceAccount", &[METADATA, ("secrets", Keyed(&["name"], ""))]),
    ("ComponentStatus", &[METADATA, ("conditions", Keyed(&["type"], ""))]),
    ("Node", &[METADATA, ("spec", Object("NodeSpec")), ("status", Object("NodeStatus"))]),
    ("NodeSpec", &[("podCIDRs", Set)]),
    ("NodeStatus", &[("addresses", Keyed(&["type"], "")), ("conditions", Keyed(&["type"], ""))]),
    ("CSINode", &[METADATA, ("spec", Object("CSINodeSpec"))]),
    ("CSINodeSpec", &[("drivers", Keyed(&["name"], ""))]),
    ("WebhookConfiguration", &[METADATA, ("webhooks", Keyed(&["name"], ""))]),
    (
        "Kustomization",
        &[("configMapGenerator", Keyed(&["name"], "")), ("secretGenerator", Keyed(&["name"], ""))],
    ),
];

/// API version, type, and the kinds that have this type.
pub(super) const KINDS: &[(&str, &str, &[&str])] = &[
    (
        "admissionregistration.k8s.io/v1",
        "WebhookConfiguration",
        &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"],
    ),
    (
        "admissionregistration.k8s.io/v1beta1",
        "WebhookConfiguration",
        &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"],
    ),
    ("apiextensions.k8s.io/v1", "Object", &["CustomResourceDefinition"]),
    ("apiextensions.k8s.io/v1beta1", "Object", &["CustomResourceDefinition"]),
    ("apiregistration.k8s.io/v1", "ObjectWithConditions", &["APIService"]),
    ("apiregistration.k8s.io/v1beta1", "ObjectWithConditions", &["APIService"]),
    ("apps/v1", "Object", &["ControllerRevision"]),
    ("apps/v1", "Workload", &["DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"]),
    ("authentication.k8s.io/v1", "Object", &["TokenRequest", "TokenReview"]),
    ("authentication.k8s.io/v1beta1", "Object", &["TokenReview"]),
    (
        "authorization.k8s.io/v1",
        "Object",
        &[
            "LocalSubjectAccessReview",
            "SelfSubjectAccessReview",
            "SelfSubjectRulesReview",
            "SubjectAccessReview",
        ],
    ),
    (
        "authorization.k8s.io/v1beta1",
        "Object",
        &[
            "LocalSubjectAccessReview",
            "SelfSubjectAccessReview",
            "SelfSubjectRulesReview",
            "SubjectAccessReview",
        ],
    ),
    ("autoscaling/v1", "Object", &["HorizontalPodAutoscaler", "Scale"]),
    ("autoscaling/v2beta1", "Object", &["HorizontalPodAutoscaler"]),
    ("autoscaling/v2beta2", "Object", &["HorizontalPodAutoscaler"]),
    ("batch/v1", "CronJob", &["CronJob"]),
    ("batch/v1", "Workload", &["Job"]),
    ("batch/v1beta1", "CronJob", &["CronJob"]),
    ("certificates.k8s.io/v1", "Object", &["CertificateSigningRequest"]),
    ("certificates.k8s.io/v1beta1", "Object", &["CertificateSigningRequest"]),
    ("coordination.k8s.io/v1", "Object", &["Lease"]),
    ("coordination.k8s.io/v1beta1", "Object", &["Lease"]),
    ("discovery.k8s.io/v1", "Object", &["EndpointSlice"]),
    ("discovery.k8s.io/v1beta1", "Object", &["EndpointSlice"]),
    ("events.k8s.io/v1", "Object", &["Event"]),
    ("events.k8s.io/v1beta1", "Object", &["Event"]),
    ("extensions/v1beta1", "Object", &["Ingress"]),
    (
        "flowcontrol.apiserver.k8s.io/v1beta1",
        "Object",
        &["FlowSchema", "PriorityLevelConfiguration"],
    ),
    ("kustomize.config.k8s.io/v1beta1", "Kustomization", &["Kustomization"]),
    ("networking.k8s.io/v1", "Object", &["Ingress", "IngressClass", "NetworkPolicy"]),
    ("networking.k8s.io/v1beta1", "Object", &["Ingress", "IngressClass"]),
    ("node.k8s.io/v1", "Object", &["RuntimeClass"]),
    ("node.k8s.io/v1beta1", "Object", &["RuntimeClass"]),
    ("policy/v1", "ObjectWithConditions", &["PodDisruptionBudget"]),
    ("policy/v1beta1", "Object", &["Eviction", "PodSecurityPolicy"]),
    ("policy/v1beta1", "ObjectWithConditions", &["PodDisruptionBudget"]),
    (
        "rbac.authorization.k8s.io/v1",
        "Object",
        &["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
    ),
    (
        "rbac.authorization.k8s.io/v1beta1",
        "Object",
        &["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
    ),
    ("scheduling.k8s.io/v1", "Object", &["PriorityClass"]),
    ("scheduling.k8s.io/v1beta1", "Object", &["PriorityClass"]),
    ("storage.k8s.io/v1", "CSINode", &["CSINode"]),
    ("storage.k8s.io/v1", "Object", &["CSIDriver", "StorageClass", "VolumeAttachment"]),
    ("storage.k8s.io/v1beta1", "CSINode", &["CSINode"]),
    (
        "storage.k8s.io/v1beta1",
        "Object",
        &["CSIDriver", "CSIStorageCapacity", "StorageClass", "VolumeAttachment"],
    ),
    ("v1", "ComponentStatus", &["ComponentStatus"]),
    ("v1", "Node", &["Node"]),
    (
        "v1",
        "Object",
        &[
            "Binding",
            "ConfigMap",
            "Endpoints",
            "Event",
            "LimitRange",
            "PersistentVolume",
            "ResourceQuota",
            "Secret",
        ],
    ),
    ("v1", "ObjectWithConditions", &["Namespace", "PersistentVolumeClaim"]),
    ("v1", "Pod", &["Pod"]),
    ("v1", "PodTemplate", &["PodTemplate"]),
    ("v1", "Service", &["Service"]),
    ("v1", "ServiceAccount", &["ServiceAccount"]),
    ("v1", "Workload", &["ReplicationController"]),
];
