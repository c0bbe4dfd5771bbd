//! Group, version and kind, and which of them live outside namespaces.

use kai_core::SmolStr;

/// The type of an object, or a selector of types whose empty parts match anything.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct Gvk {
    pub(crate) group: SmolStr,
    pub(crate) version: SmolStr,
    pub(crate) kind: SmolStr,
}

/// The type of an object, as long as the object is there to read it from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GvkRef<'a> {
    pub(crate) group: &'a str,
    pub(crate) version: &'a str,
    pub(crate) kind: &'a str,
}

impl Gvk {
    pub(crate) fn by_ref(&self) -> GvkRef<'_> {
        GvkRef { group: &self.group, version: &self.version, kind: &self.kind }
    }

    /// How Kustomize names a type in its messages.
    pub(crate) fn describe(&self) -> String {
        let or = |text: &SmolStr, absent: &str| -> String {
            if text.is_empty() { absent.to_owned() } else { text.to_string() }
        };
        let (kind, version) = (or(&self.kind, "[noKind]"), or(&self.version, "[noVer]"));
        format!("{kind}.{version}.{}", or(&self.group, "[noGrp]"))
    }
}

impl<'a> GvkRef<'a> {
    pub(crate) fn new(api_version: &'a str, kind: &'a str) -> Self {
        let (group, version) = split_api_version(api_version);
        Self { group, version, kind }
    }

    pub(crate) fn to_owned(self) -> Gvk {
        Gvk { group: self.group.into(), version: self.version.into(), kind: self.kind.into() }
    }

    /// True when every part that the selector names is equal.
    pub(crate) fn is_selected_by(self, selector: &Gvk) -> bool {
        (selector.kind.is_empty() || selector.kind == self.kind)
            && (selector.group.is_empty() || selector.group == self.group)
            && (selector.version.is_empty() || selector.version == self.version)
    }

    /// True when the built-in schema of Kubernetes 1.21.2, which Kustomize 5.5 carries, knows the
    /// type and says that it has no namespace.
    pub(crate) fn is_cluster_scoped(self) -> bool {
        let versions = match (self.kind, self.group) {
            (
                "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration",
                "admissionregistration.k8s.io",
            )
            | ("CustomResourceDefinition", "apiextensions.k8s.io")
            | ("APIService", "apiregistration.k8s.io")
            | ("CertificateSigningRequest", "certificates.k8s.io")
            | ("IngressClass", "networking.k8s.io")
            | ("RuntimeClass", "node.k8s.io")
            | ("ClusterRole" | "ClusterRoleBinding", "rbac.authorization.k8s.io")
            | ("PriorityClass", "scheduling.k8s.io")
            | ("CSIDriver" | "StorageClass" | "VolumeAttachment", "storage.k8s.io") => V1_AND_BETA,
            ("FlowSchema" | "PriorityLevelConfiguration", "flowcontrol.apiserver.k8s.io")
            | ("PodSecurityPolicy", "policy") => BETA,
            (
                "ComponentStatus" | "Namespace" | "Node" | "NodeProxyOptions" | "PersistentVolume",
                "",
            )
            | ("CSINode", "storage.k8s.io") => V1,
            _ => return false,
        };
        versions.contains(&self.version)
    }
}

const V1: &[&str] = &["v1"];
const BETA: &[&str] = &["v1beta1"];
const V1_AND_BETA: &[&str] = &["v1", "v1beta1"];

pub(crate) fn split_api_version(api_version: &str) -> (&str, &str) {
    api_version.split_once('/').unwrap_or(("", api_version))
}
