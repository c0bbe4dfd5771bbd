//! Who is asked before the API changes anything.

use kai_core::{Known, Reason, SmolStr};
use kai_graph::{ApiService, ComponentKind, Facts, Hook, ObjectRef, Webhook};

use crate::fields::Fields;
use crate::kubernetes::object::Object;

pub(super) fn lower(object: &Object<'_>) -> (ComponentKind, Facts) {
    // The first version of the API let requests pass, and waited longer.
    let is_old = object.api_version.ends_with("/v1beta1");
    let hooks = object.fields.list("webhooks").map(|it| hook(it, is_old)).collect();
    (ComponentKind::Control, Facts::Webhook(Box::new(Webhook { hooks })))
}

/// A group that the API server answers itself has no Service.
pub(super) fn api_service(object: &Object<'_>) -> (ComponentKind, Facts) {
    let group = object.spec.text("group");
    let facts = match object.spec.find("service").map(reference) {
        Some(service) => Facts::ApiService(Box::new(ApiService { service, group })),
        None => Facts::Named,
    };
    (ComponentKind::Control, facts)
}

fn reference(service: Fields<'_>) -> ObjectRef {
    ObjectRef {
        kind: SmolStr::new_static("Service"),
        namespace: service.text("namespace"),
        name: service.text("name"),
        origin: service.origin,
    }
}

fn hook(hook: Fields<'_>, is_old: bool) -> Hook {
    let service = hook.at("clientConfig").find("service");
    let fails_closed = match hook.get::<SmolStr>("failurePolicy") {
        Known::Value(it) => Known::new(it.value == "Fail", it.origin),
        Known::Unknown(Reason::NotDeclared) => hook.default(!is_old),
        Known::Unknown(reason) => Known::Unknown(reason),
    };
    Hook {
        name: hook.text("name"),
        service: service.map(reference),
        fails_closed,
        timeout: hook.or("timeoutSeconds", if is_old { 30 } else { 10 }),
        resources: resources(hook),
        guards_new_pods: hook.list("rules").any(guards_new_pods),
        namespace_selector: hook.selector("namespaceSelector"),
        object_selector: hook.selector("objectSelector"),
        origin: hook.origin,
    }
}

fn guards_new_pods(rule: Fields<'_>) -> bool {
    let has =
        |key: &str, wanted: &[&str]| rule.texts(key).iter().any(|it| wanted.contains(&it.as_str()));
    has("operations", &["CREATE", "*"])
        && has("apiGroups", &["", "*"])
        && has("resources", &["pods", "*", "*/*"])
}

/// Every pair of group and resource, each once; the core group has no name.
fn resources(hook: Fields<'_>) -> Vec<SmolStr> {
    let mut resources = Vec::new();
    for rule in hook.list("rules") {
        for group in rule.texts("apiGroups") {
            let named = rule.texts("resources");
            resources.extend(named.iter().map(|it| smol_str::format_smolstr!("{group}/{it}")));
        }
    }
    resources.sort_unstable();
    resources.dedup();
    resources
}
