//! Which kinds live in no namespace.

/// Cluster-wide kinds by API group. Of groups that are not here, kinds called `Cluster…` live in no
/// namespace by convention.
const CLUSTER_WIDE: &[(&str, &[&str])] = &[
    ("", &["Namespace", "Node", "PersistentVolume", "ComponentStatus"]),
    ("admissionregistration.k8s.io", &["*"]),
    ("apiextensions.k8s.io", &["*"]),
    ("apiregistration.k8s.io", &["*"]),
    ("certificates.k8s.io", &["*"]),
    ("flowcontrol.apiserver.k8s.io", &["*"]),
    ("gateway.networking.k8s.io", &["GatewayClass"]),
    ("karpenter.k8s.aws", &["*"]),
    ("karpenter.sh", &["*"]),
    ("networking.k8s.io", &["IngressClass", "IPAddress", "ServiceCIDR"]),
    ("node.k8s.io", &["*"]),
    ("policy", &["PodSecurityPolicy"]),
    ("rbac.authorization.k8s.io", &["ClusterRole", "ClusterRoleBinding"]),
    ("scheduling.k8s.io", &["*"]),
    ("snapshot.storage.k8s.io", &["VolumeSnapshotClass", "VolumeSnapshotContent"]),
    ("storage.k8s.io", &["StorageClass", "CSIDriver", "CSINode", "VolumeAttachment"]),
    ("cilium.io", &["CiliumClusterwideNetworkPolicy"]),
    ("projectcalico.org", &["GlobalNetworkPolicy", "GlobalNetworkSet", "IPPool"]),
    ("crd.projectcalico.org", &["GlobalNetworkPolicy", "GlobalNetworkSet", "IPPool"]),
];

pub(super) fn is_cluster_wide(group: &str, kind: &str) -> bool {
    match CLUSTER_WIDE.iter().find(|(it, _)| *it == group) {
        Some((_, kinds)) => kinds.iter().any(|it| *it == "*" || *it == kind),
        None => kind.starts_with("Cluster") && kind != "Cluster",
    }
}
