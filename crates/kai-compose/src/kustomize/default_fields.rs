//! The fields that Kustomize's transformers know without being told.
//!
//! Facts from `api/internal/konfig/builtinpluginconsts` of Kustomize 5.5. One line is a type and a
//! path: `Kind`, `Kind.version` or `Kind.version.group`, `*` for any; a `+` says that the path is
//! made where it is missing.

use super::configurations::{Configuration, NameReference};
use super::field_spec::FieldSpec;
use super::gvk::Gvk;

/// The configuration of a kustomization that names none.
pub(super) fn configuration() -> Configuration {
    let metadata_labels = specs(METADATA_LABELS);
    Configuration {
        name_prefix: specs("* metadata/name"),
        name_suffix: specs("* metadata/name"),
        namespace: specs(NAMESPACE),
        common_labels: [common_labels(), metadata_labels.clone()].concat(),
        labels: Vec::new(),
        template_labels: metadata_labels,
        common_annotations: specs(COMMON_ANNOTATIONS),
        name_reference: name_references(),
        var_reference: var_references(),
        images: specs(IMAGES),
        replicas: specs(REPLICAS),
    }
    .sorted()
}

const NAMESPACE: &str = "\
Namespace metadata/name +
APIService..apiregistration.k8s.io spec/service/namespace +
CustomResourceDefinition..apiextensions.k8s.io spec/conversion/webhook/clientConfig/service/namespace";

const METADATA_LABELS: &str = "\
* metadata/labels +
ReplicationController.v1 spec/template/metadata/labels +
Deployment spec/template/metadata/labels +
ReplicaSet spec/template/metadata/labels +
DaemonSet spec/template/metadata/labels +
StatefulSet..apps spec/template/metadata/labels +
StatefulSet..apps spec/volumeClaimTemplates[]/metadata/labels +
Job..batch spec/template/metadata/labels +
CronJob..batch spec/jobTemplate/metadata/labels +
CronJob..batch spec/jobTemplate/spec/template/metadata/labels +";

const SELECTORS: &str = "\
Service.v1 spec/selector +
ReplicationController.v1 spec/selector +
Deployment spec/selector/matchLabels +
ReplicaSet spec/selector/matchLabels +
DaemonSet spec/selector/matchLabels +
StatefulSet..apps spec/selector/matchLabels +
Job..batch spec/selector/matchLabels
CronJob..batch spec/jobTemplate/spec/selector/matchLabels
PodDisruptionBudget..policy spec/selector/matchLabels
NetworkPolicy..networking.k8s.io spec/podSelector/matchLabels
NetworkPolicy..networking.k8s.io spec/ingress/from/podSelector/matchLabels
NetworkPolicy..networking.k8s.io spec/egress/to/podSelector/matchLabels";

const COMMON_ANNOTATIONS: &str = "\
* metadata/annotations +
ReplicationController.v1 spec/template/metadata/annotations +
Deployment spec/template/metadata/annotations +
ReplicaSet spec/template/metadata/annotations +
DaemonSet spec/template/metadata/annotations +
StatefulSet spec/template/metadata/annotations +
Job..batch spec/template/metadata/annotations +
CronJob..batch spec/jobTemplate/metadata/annotations +
CronJob..batch spec/jobTemplate/spec/template/metadata/annotations +";

const IMAGES: &str = "\
* spec/containers[]/image +
* spec/initContainers[]/image +
* spec/template/spec/containers[]/image +
* spec/template/spec/initContainers[]/image +";

const REPLICAS: &str = "\
Deployment spec/replicas +
ReplicationController spec/replicas +
ReplicaSet spec/replicas +
StatefulSet spec/replicas +";

/// Types that hold a pod's spec, and where.
const POD_SPECS: &[(&str, &str)] = &[
    ("Pod", "spec"),
    ("PodTemplate", "template/spec"),
    ("Deployment", "spec/template/spec"),
    ("ReplicaSet", "spec/template/spec"),
    ("DaemonSet", "spec/template/spec"),
    ("StatefulSet", "spec/template/spec"),
    ("ReplicationController", "spec/template/spec"),
    ("Job", "spec/template/spec"),
    ("CronJob", "spec/jobTemplate/spec/template/spec"),
];

fn common_labels() -> Vec<FieldSpec> {
    let mut all = specs(SELECTORS);
    for kind in ["Deployment", "StatefulSet"] {
        for affinity in ["podAffinity", "podAntiAffinity"] {
            for term in [
                "preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm",
                "requiredDuringSchedulingIgnoredDuringExecution",
            ] {
                let path = format!(
                    "spec/template/spec/affinity/{affinity}/{term}/labelSelector/matchLabels"
                );
                all.push(FieldSpec::new(gvk(&format!("{kind}..apps")), &path, false));
            }
        }
        let path = "spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels";
        all.push(FieldSpec::new(gvk(&format!("{kind}..apps")), path, false));
    }
    all
}

/// What a pod says of ConfigMaps, of Secrets and of the rest; the rest is not looked for in
/// ReplicaSets and PodTemplates, and the first two not in ReplicationControllers.
fn name_references() -> Vec<NameReference> {
    let of_pods = |paths: &[&str], without: &[&str], pod: &str| -> Vec<FieldSpec> {
        POD_SPECS
            .iter()
            .filter(|(kind, _)| !without.contains(kind))
            .flat_map(|&(kind, base)| {
                let kind = if kind == "Pod" { pod } else { kind };
                paths
                    .iter()
                    .map(move |path| FieldSpec::new(gvk(kind), &format!("{base}/{path}"), false))
            })
            .collect()
    };
    let data = |paths: &[&str]| of_pods(paths, &["ReplicationController"], "Pod.v1");
    let rest = |path: &str| of_pods(&[path], &["ReplicaSet", "PodTemplate"], "Pod");
    let refer =
        |target: &str, referrers: Vec<FieldSpec>| NameReference { target: gvk(target), referrers };
    let scaled = || specs("HorizontalPodAutoscaler spec/scaleTargetRef/name");
    vec![
        refer("Deployment", scaled()),
        refer("ReplicationController", scaled()),
        refer("ReplicaSet", scaled()),
        refer("StatefulSet", scaled()),
        refer("ConfigMap.v1", [data(CONFIG_MAP_IN_POD), specs(CONFIG_MAP)].concat()),
        refer("Secret.v1", [data(SECRET_IN_POD), specs(SECRET)].concat()),
        refer("Service.v1", specs(SERVICE)),
        refer("Role..rbac.authorization.k8s.io", specs(ROLE)),
        refer("ClusterRole..rbac.authorization.k8s.io", specs(CLUSTER_ROLE)),
        refer("ServiceAccount.v1", [specs(SUBJECTS), rest("serviceAccountName")].concat()),
        refer("PersistentVolumeClaim.v1", rest("volumes/persistentVolumeClaim/claimName")),
        refer("PersistentVolume.v1", specs(PERSISTENT_VOLUME)),
        refer("StorageClass.v1.storage.k8s.io", specs(STORAGE_CLASS)),
        refer("PriorityClass.v1.scheduling.k8s.io", rest("priorityClassName")),
        // The group is spelt with its version upstream, so that this one never matches.
        NameReference {
            target: Gvk {
                group: "networking.k8s.io/v1".into(),
                version: "v1".into(),
                kind: "IngressClass".into(),
            },
            referrers: specs("Ingress spec/ingressClassName"),
        },
        refer(
            "ValidatingAdmissionPolicy..admissionregistration.k8s.io",
            specs("ValidatingAdmissionPolicyBinding..admissionregistration.k8s.io spec/policyName"),
        ),
    ]
}

const CONFIG_MAP_IN_POD: &[&str] = &[
    "volumes/configMap/name",
    "containers/env/valueFrom/configMapKeyRef/name",
    "initContainers/env/valueFrom/configMapKeyRef/name",
    "containers/envFrom/configMapRef/name",
    "initContainers/envFrom/configMapRef/name",
    "volumes/projected/sources/configMap/name",
];

const CONFIG_MAP: &str = "\
Node spec/configSource/configMap
Role rules/resourceNames
ClusterRole rules/resourceNames
Ingress metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap";

const SECRET_IN_POD: &[&str] = &[
    "volumes/secret/secretName",
    "containers/env/valueFrom/secretKeyRef/name",
    "initContainers/env/valueFrom/secretKeyRef/name",
    "containers/envFrom/secretRef/name",
    "initContainers/envFrom/secretRef/name",
    "imagePullSecrets/name",
    "volumes/projected/sources/secret/name",
];

const SECRET: &str = "\
Ingress spec/tls/secretName
Ingress metadata/annotations/ingress.kubernetes.io\\/auth-secret
Ingress metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret
Ingress metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret
ServiceAccount imagePullSecrets/name
StorageClass parameters/secretName
StorageClass parameters/adminSecretName
StorageClass parameters/userSecretName
StorageClass parameters/secretRef
Role rules/resourceNames
ClusterRole rules/resourceNames
Service.v1.serving.knative.dev spec/template/spec/containers/env/valueFrom/secretKeyRef/name
PersistentVolume spec/azureFile/secretName";

const SERVICE: &str = "\
StatefulSet..apps spec/serviceName
Ingress spec/rules/http/paths/backend/serviceName
Ingress spec/backend/serviceName
Ingress spec/rules/http/paths/backend/service/name
Ingress spec/defaultBackend/service/name
APIService..apiregistration.k8s.io spec/service/name
ValidatingWebhookConfiguration..admissionregistration.k8s.io webhooks/clientConfig/service
MutatingWebhookConfiguration..admissionregistration.k8s.io webhooks/clientConfig/service";

const ROLE: &str = "RoleBinding..rbac.authorization.k8s.io roleRef/name";

const CLUSTER_ROLE: &str = "\
RoleBinding..rbac.authorization.k8s.io roleRef/name
ClusterRoleBinding..rbac.authorization.k8s.io roleRef/name";

const SUBJECTS: &str = "\
RoleBinding..rbac.authorization.k8s.io subjects
ClusterRoleBinding..rbac.authorization.k8s.io subjects";

const PERSISTENT_VOLUME: &str = "\
PersistentVolumeClaim spec/volumeName
ClusterRole rules/resourceNames";

const STORAGE_CLASS: &str = "\
PersistentVolume spec/storageClassName
PersistentVolumeClaim spec/storageClassName
StatefulSet spec/volumeClaimTemplates/spec/storageClassName";

fn var_references() -> Vec<FieldSpec> {
    let mut all = Vec::new();
    for &(kind, base) in POD_SPECS {
        if matches!(kind, "PodTemplate" | "ReplicationController") {
            continue;
        }
        for containers in ["containers", "initContainers"] {
            for field in ["args", "command", "env/value", "volumeMounts/mountPath"] {
                let path = format!("{base}/{containers}/{field}");
                all.push(FieldSpec::new(gvk(kind), &path, false));
            }
        }
    }
    all.extend(specs(VAR_REFERENCES));
    all
}

const VAR_REFERENCES: &str = "\
CronJob spec/jobTemplate/spec/template/volumes/nfs/server
DaemonSet spec/template/spec/volumes/nfs/server
Deployment spec/template/spec/volumes/nfs/server
Deployment spec/template/metadata/annotations
Ingress spec/rules/host
Ingress spec/tls/hosts
Ingress spec/tls/secretName
Job spec/template/spec/volumes/nfs/server
Pod spec/volumes/nfs/server
ReplicaSet spec/template/spec/volumes/nfs/server
Service spec/ports/port
Service spec/ports/targetPort
StatefulSet spec/volumeClaimTemplates/spec/nfs/server
PersistentVolume spec/nfs/server
* metadata/labels
* metadata/annotations";

fn specs(lines: &str) -> Vec<FieldSpec> {
    lines
        .lines()
        .map(|line| {
            let mut words = line.split(' ');
            let kind = words.next().unwrap_or_default();
            let path = words.next().unwrap_or_default();
            FieldSpec::new(gvk(kind), path, words.next().is_some())
        })
        .collect()
}

fn gvk(text: &str) -> Gvk {
    let mut parts = text.splitn(3, '.');
    let kind = parts.next().filter(|it| *it != "*").unwrap_or_default();
    let version = parts.next().unwrap_or_default();
    let group = parts.next().unwrap_or_default();
    Gvk { group: group.into(), version: version.into(), kind: kind.into() }
}
