//! Load balancers of Google: a rule that takes traffic, through a proxy and a map of URLs, to backends.

use kai_core::OriginId;
use kai_graph::{Balancer, BalancerTarget, ComponentKind, Facts};
use kai_terraform::roots::Instance;
use kai_terraform::value::Value;

use super::super::fields::{argument, text};
use super::super::naming::{means, mentions, naming, of_value};

const BACKENDS: &[&str] = &[
    "google_compute_backend_bucket",
    "google_compute_backend_service",
    "google_compute_region_backend_service",
];

/// A forwarding rule: users come in where its scheme is no internal one.
pub(super) fn rule(instance: &Instance, all: &[Instance]) -> (ComponentKind, Facts) {
    let values = &instance.values;
    let next = |of: &Instance, field: &str| {
        let target = naming(&of.values, &[field])?;
        all.iter().find(|it| means(&target, it, &["name"]))
    };
    let own = argument(values, "backend_service").map(|it| (it, it.origin));
    let map = next(instance, "target").and_then(|proxy| next(proxy, "url_map"));
    let named = own.into_iter().chain(map.map(|it| (&it.values, it.origin)));
    let targets = named.flat_map(|(value, origin)| backends(value, origin)).collect();
    let scheme = text(values, &["load_balancing_scheme"]);
    let is_internal = scheme.value().is_some_and(|it| it.starts_with("INTERNAL"));
    facts(targets, is_internal)
}

/// A backend service: its groups answer for each other.
pub(super) fn service(instance: &Instance, all: &[Instance]) -> (ComponentKind, Facts) {
    let blocks = argument(&instance.values, "backend").and_then(Value::elements);
    let blocks = blocks.into_iter().flat_map(|it| it.iter());
    let groups = blocks.filter_map(|it| argument(it, "group"));
    let mut targets: Vec<_> = groups.filter_map(|it| group(it, all)).collect();
    let has_others = targets.len() > 1;
    targets.iter_mut().for_each(|it| it.has_others = has_others);
    facts(targets, true)
}

/// A group of machines, or the program of Cloud Run that a group of endpoints stands for.
fn group(value: &Value, all: &[Instance]) -> Option<BalancerTarget> {
    let named = of_value(value);
    let own = all.iter().find(|it| means(&named, it, &["name"]));
    let program = own.and_then(|it| naming(&it.values, &["cloud_run", "service"]));
    let program = program.as_ref().and_then(|it| it.resource());
    let to = program.or_else(|| named.resource())?.clone();
    Some(BalancerTarget { to, has_others: false, origin: value.origin })
}

fn backends(value: &Value, origin: OriginId) -> Vec<BalancerTarget> {
    let mut found = Vec::new();
    mentions(value, &mut found);
    found.retain(|it| BACKENDS.contains(&it.kind.as_str()));
    found.sort();
    found.dedup_by(|one, other| one.is_same_thing(other));
    let target = |to| BalancerTarget { to, has_others: false, origin };
    found.into_iter().map(target).collect()
}

fn facts(targets: Vec<BalancerTarget>, is_internal: bool) -> (ComponentKind, Facts) {
    let kind = match is_internal || targets.is_empty() {
        true => ComponentKind::NetworkPath,
        false => ComponentKind::EntryPoint,
    };
    (kind, Facts::Balancer(Box::new(Balancer { hosts: Vec::new(), targets })))
}
