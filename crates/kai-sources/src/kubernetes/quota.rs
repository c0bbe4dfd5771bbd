//! Controls over how much a namespace may take.

use kai_core::SmolStr;
use kai_graph::{ComponentKind, Facts, LimitRange, PriorityClass, Quota};

use crate::kubernetes::object::Object;

pub(super) fn resource_quota(object: &Object<'_>) -> (ComponentKind, Facts) {
    let hard = object.spec.at("hard").entries();
    let amount = |(key, node): (&SmolStr, &kai_core::Node)| {
        (key.clone(), node.text().map(SmolStr::from).unwrap_or_default(), node.origin)
    };
    let quota = Quota {
        hard: hard.map(amount).collect(),
        is_scoped: object.spec.has("scopes") || object.spec.has("scopeSelector"),
    };
    (ComponentKind::Control, Facts::Quota(Box::new(quota)))
}

/// A default limit without a default request is the request too.
pub(super) fn limit_range(object: &Object<'_>) -> (ComponentKind, Facts) {
    let mut range = LimitRange::default();
    for limit in object.spec.list("limits").filter(|it| it.text("type") == "Container") {
        let (request, most) = (limit.at("defaultRequest"), limit.at("default"));
        range.cpu_limit = range.cpu_limit.or(|| most.get("cpu"));
        range.memory_limit = range.memory_limit.or(|| most.get("memory"));
        range.cpu_request = range.cpu_request.or(|| request.get("cpu"));
        range.memory_request = range.memory_request.or(|| request.get("memory"));
    }
    range.cpu_request = range.cpu_request.or(|| range.cpu_limit.clone());
    range.memory_request = range.memory_request.or(|| range.memory_limit.clone());
    (ComponentKind::Control, Facts::LimitRange(Box::new(range)))
}

pub(super) fn priority_class(object: &Object<'_>) -> (ComponentKind, Facts) {
    let fields = object.fields;
    let class = PriorityClass {
        value: fields.get("value"),
        is_global_default: fields.is("globalDefault"),
        preempts: fields
            .or("preemptionPolicy", SmolStr::new_static("PreemptLowerPriority"))
            .map(|it| it != "Never"),
    };
    (ComponentKind::Control, Facts::PriorityClass(Box::new(class)))
}
