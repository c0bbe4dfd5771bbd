//! What is an object of the Kubernetes API, and what only looks like one.

use camino::Utf8Path;
use kai_core::Node;
use kai_syntax::MonitoringFile;

/// API groups of files that programs read and no API server takes.
const CONFIGURATION_GROUPS: &[&str] = &[
    "apiserver.config.k8s.io",
    "audit.k8s.io",
    "client.authentication.k8s.io",
    "component-config.kustomize.io",
    "config.kustomize.io",
    "eksctl.io",
    "k0sctl.k0sproject.io",
    "k3d.io",
    "kind.x-k8s.io",
    "kops.k8s.io",
    "kubeadm.k8s.io",
    "kubelet.config.k8s.io",
    "kubeproxy.config.k8s.io",
    "kubescheduler.config.k8s.io",
    "kustomize.config.k8s.io",
    "minikube.sigs.k8s.io",
    "skaffold",
    "transformers.kustomize.io",
    "backstage.io",
    "scorecard.operatorframework.io",
];

/// The API group: nothing for the core group.
pub(crate) fn group(api_version: &str) -> &str {
    api_version.rsplit_once('/').map_or("", |(group, _)| group)
}

/// True for a mapping that `kubectl apply` takes: a version, a kind and a name.
pub(crate) fn is_object(node: &Node) -> bool {
    let (Some(api_version), Some(kind)) = (node.str_at(&["apiVersion"]), node.str_at(&["kind"]))
    else {
        return false;
    };
    if CONFIGURATION_GROUPS.contains(&group(api_version)) || is_kubeconfig(api_version, kind) {
        return false;
    }
    is_list(node) || has_name(node)
}

fn is_kubeconfig(api_version: &str, kind: &str) -> bool {
    api_version == "v1" && kind == "Config"
}

fn has_name(node: &Node) -> bool {
    let metadata = node.get("metadata");
    metadata.is_some_and(|it| it.get("name").is_some() || it.get("generateName").is_some())
}

/// True for a `List`, or a `PodList` and the like.
pub(crate) fn is_list(node: &Node) -> bool {
    node.str_at(&["kind"]).is_some_and(|it| it.ends_with("List"))
        && node.get("items").is_some_and(Node::is_seq)
}

/// The objects of a document: itself, or the items of a list of any depth.
pub(crate) fn flatten(node: &Node, into: &mut Vec<Node>) {
    let mut waiting = vec![node];
    while let Some(node) = waiting.pop() {
        if is_list(node) {
            waiting.extend(node.get("items").map(Node::items).unwrap_or_default().iter().rev());
        } else if is_object(node) {
            into.push(node.clone());
        }
    }
}

/// True for a file that Prometheus or Alertmanager reads, and no API server takes.
pub(crate) fn is_monitoring(node: &Node) -> bool {
    MonitoringFile::of(node).is_some()
}

/// True for a file of this name in its folder: `kustomization.yaml` and its other spellings.
pub(crate) fn is_kustomization_file(path: &Utf8Path) -> bool {
    matches!(path.file_name(), Some("kustomization.yaml" | "kustomization.yml" | "Kustomization"))
}

/// Kinds of the API that belong to no namespace.
const CLUSTER_SCOPED: &[&str] = &[
    "APIService",
    "CSIDriver",
    "CSINode",
    "CertificateSigningRequest",
    "ClusterIssuer",
    "ClusterPolicy",
    "ClusterRole",
    "ClusterRoleBinding",
    "ClusterSecretStore",
    "ComponentStatus",
    "CustomResourceDefinition",
    "FlowSchema",
    "GatewayClass",
    "GlobalNetworkPolicy",
    "IngressClass",
    "MutatingWebhookConfiguration",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PriorityClass",
    "PriorityLevelConfiguration",
    "RuntimeClass",
    "StorageClass",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
    "VolumeAttachment",
    "VolumeSnapshotClass",
];

/// True where a namespace would mean nothing.
pub(crate) fn is_cluster_scoped(object: &Node) -> bool {
    let kind = object.str_at(&["kind"]).unwrap_or_default();
    CLUSTER_SCOPED.contains(&kind) || (kind.starts_with("Cluster") && kind != "Cluster")
}
