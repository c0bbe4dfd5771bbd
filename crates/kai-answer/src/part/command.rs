//! Commands about a component.

use kai_core::ComponentId;

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
    let namespace = match component.namespace.as_str() {
        "" => String::new(),
        namespace => format!("-n {namespace} "),
    };
    Some(format!("kubectl {namespace}{verb} {kind}/{}", component.name))
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
    let namespace = &workload.component.namespace;
    let command = format!("kubectl -n {namespace} {verb} -l {} {rest}", labels.join(","));
    Some(command.trim_end().to_owned())
}
