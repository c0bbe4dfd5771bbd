//! The commands that prove a fix, with real names.

use kai_core::SmolStr;
use kai_graph::{Component, Controller, Workload};

/// `kubectl -n NAMESPACE …`, without `-n` for what has cluster scope.
pub(crate) fn kubectl(component: &Component, arguments: impl AsRef<str>) -> String {
    kubectl_in(&component.namespace, arguments)
}

/// The same for a namespace by name.
pub(crate) fn kubectl_in(namespace: &SmolStr, arguments: impl AsRef<str>) -> String {
    let arguments = arguments.as_ref();
    if namespace.is_empty() {
        format!("kubectl {arguments}")
    } else {
        format!("kubectl -n {namespace} {arguments}")
    }
}

/// `deploy/ledger`, as `kubectl` takes it.
pub(crate) fn resource(component: &Component) -> String {
    let kind = match component.native_kind.as_str() {
        "Deployment" => "deploy".to_string(),
        "StatefulSet" => "sts".to_string(),
        "DaemonSet" => "ds".to_string(),
        "HorizontalPodAutoscaler" => "hpa".to_string(),
        "PodDisruptionBudget" => "pdb".to_string(),
        "PersistentVolumeClaim" => "pvc".to_string(),
        "ConfigMap" => "cm".to_string(),
        "Service" => "svc".to_string(),
        kind => kind.to_lowercase(),
    };
    format!("{kind}/{}", component.name)
}

/// Prints one field of an object: `.spec.replicas`.
pub(crate) fn field(component: &Component, path: &str) -> String {
    kubectl(component, format!("get {} -o jsonpath='{{{path}}}'", resource(component)))
}

/// Takes the last release back, where there are releases.
pub(crate) fn undo(component: &Component) -> String {
    match component.native_kind.as_str() {
        "Deployment" | "StatefulSet" | "DaemonSet" => {
            kubectl(component, format!("rollout undo {}", resource(component)))
        }
        _ => kubectl(component, format!("delete {}", resource(component))),
    }
}

/// Waits until all of its pods are there.
pub(crate) fn settled(component: &Component) -> String {
    match component.native_kind.as_str() {
        "Deployment" | "StatefulSet" | "DaemonSet" => {
            kubectl(component, format!("rollout status {} --timeout=5m", resource(component)))
        }
        "Job" => kubectl(
            component,
            format!("wait --for=condition=complete {} --timeout=10m", resource(component)),
        ),
        _ => kubectl(component, format!("get {}", resource(component))),
    }
}

/// True for what Docker Compose runs.
pub(crate) fn is_compose(workload: &Workload) -> bool {
    workload.controller == Controller::ComposeService
}
