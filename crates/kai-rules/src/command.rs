//! The commands that prove a fix, with real names.

use kai_core::{ComponentId, LocationRole, Role, SmolStr};
use kai_graph::{Component, Controller, Workload};

use crate::Context;

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

/// What is done by hand, or in git where a controller would put that back.
pub(crate) fn by_hand(
    component: &Component,
    ctx: Context<'_>,
    command: String,
    in_git: &str,
) -> String {
    let Some(healer) = &ctx.system.root(component.root).healer else {
        return format!("`{command}`");
    };
    let branch = match &healer.revision {
        Some(revision) => format!("on `{revision}`"),
        None => "in git".to_owned(),
    };
    format!("{in_git} {branch} (`{}` puts back what is done by hand)", healer.name)
}

/// Takes the last release back, where there are releases.
pub(crate) fn undo(component: &Component, ctx: Context<'_>) -> String {
    let command = match component.native_kind.as_str() {
        "Deployment" | "StatefulSet" | "DaemonSet" => {
            kubectl(component, format!("rollout undo {}", resource(component)))
        }
        _ => kubectl(component, format!("delete {}", resource(component))),
    };
    by_hand(component, ctx, command, "revert the change")
}

/// Runs as many pods. A count that nobody wrote down is nobody's to put back.
pub(crate) fn scale(component: &Component, ctx: Context<'_>, count: &str) -> String {
    let command = kubectl(component, format!("scale {} --replicas={count}", resource(component)));
    let replicas = component.workload().and_then(|it| it.facts.replicas.traced());
    let is_written = replicas.is_some_and(|it| ctx.origins.role(it.origin) != Role::ApiDefault);
    match is_written {
        true => by_hand(component, ctx, command, &format!("set `replicas: {count}`")),
        false => format!("`{command}`"),
    }
}

/// Takes the object away.
pub(crate) fn delete(component: &Component, ctx: Context<'_>) -> String {
    let kind = component.native_kind.to_lowercase();
    let command = kubectl(component, format!("delete {kind} {}", component.name));
    by_hand(component, ctx, command, &format!("take `{}` out", component.label()))
}

/// Shows where an alert with a label goes. An AlertmanagerConfig becomes a file only in the cluster,
/// so the Alertmanager that the operator runs is asked.
pub(crate) fn routes_test(component: &Component, label: &str) -> String {
    let test = "amtool config routes test";
    if component.native_kind != "AlertmanagerConfig" {
        return format!("{test} --config.file=alertmanager.yaml {label}");
    }
    let open = kubectl(component, "port-forward svc/alertmanager-operated 9093");
    format!("{open} & {test} --alertmanager.url=http://localhost:9093 {label}")
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

/// Names the files of a Compose project in its commands, where `docker compose` does not find the
/// component's own by itself.
pub(crate) fn with_files(text: String, component: ComponentId, ctx: Context<'_>) -> String {
    let component = ctx.system.component(component);
    let files = &ctx.system.root(component.root).files;
    let place = ctx.origins.location(component.origin, LocationRole::Primary);
    if files.is_empty() || place.is_some_and(|it| it.path.file_stem().is_some_and(is_found)) {
        return text;
    }
    let files: String = files.iter().map(|it| format!(" -f {it}")).collect();
    text.replace("docker compose ", &format!("docker compose{files} "))
}

/// Docker Compose takes the file with its usual name and what is laid over that.
fn is_found(stem: &str) -> bool {
    matches!(stem.strip_suffix(".override").unwrap_or(stem), "compose" | "docker-compose")
}

/// What every version of kube-state-metrics calls the number of its pods that serve.
pub(crate) fn serving(component: &Component) -> &'static str {
    match component.native_kind.as_str() {
        "StatefulSet" => "kube_statefulset_status_replicas_ready",
        "DaemonSet" => "kube_daemonset_status_number_ready",
        _ => "kube_deployment_status_replicas_available",
    }
}

/// True for what Docker Compose runs.
pub(crate) fn is_compose(workload: &Workload) -> bool {
    workload.controller == Controller::ComposeService
}
