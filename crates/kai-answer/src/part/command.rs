//! Commands about a component.

use kai_core::ComponentId;
use kai_graph::Controller;

use crate::case::Case;

/// `kubectl -n shop VERB deployment/web`, or Compose's own; none for what no such command knows.
pub(crate) fn on(case: Case<'_>, id: ComponentId, verb: &str) -> Option<String> {
    let component = case.component(id);
    let kind = component.native_kind.to_lowercase();
    if component.native_kind == "service" {
        return None;
    }
    if component.api_version.is_empty() {
        return None;
    }
    Some(format!("{} {verb} {kind}/{}", kubectl(case, id), component.name))
}

/// The command that goes back to the version before; none for what keeps no versions.
pub(crate) fn undo(case: Case<'_>, id: ComponentId) -> Option<String> {
    use Controller::{DaemonSet, Deployment, StatefulSet};
    let has_versions = |it: Controller| matches!(it, Deployment | StatefulSet | DaemonSet);
    case.workload(id).filter(|it| has_versions(it.facts.controller))?;
    on(case, id, "rollout undo")
}

/// `kubectl -n shop`, without the flag where nothing says in which namespace it is.
pub(crate) fn kubectl(case: Case<'_>, id: ComponentId) -> String {
    match case.component(id).namespace.as_str() {
        "" => "kubectl".to_owned(),
        namespace => format!("kubectl -n {namespace}"),
    }
}

/// True for a service of Compose.
pub(crate) fn is_compose(case: Case<'_>, id: ComponentId) -> bool {
    case.component(id).native_kind == "service"
}

/// The pods of a workload, by their labels.
pub(crate) fn pods(case: Case<'_>, id: ComponentId, verb: &str, rest: &str) -> Option<String> {
    let workload = case.workload(id)?;
    if is_compose(case, id) {
        return None;
    }
    let selector = workload.facts.selector.as_ref()?;
    if selector.labels.is_empty() {
        return None;
    }
    let labels: Vec<String> =
        selector.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let command = format!("{} {verb} -l {} {rest}", kubectl(case, id), labels.join(","));
    Some(command.trim_end().to_owned())
}
