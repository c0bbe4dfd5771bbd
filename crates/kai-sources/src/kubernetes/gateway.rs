//! Routes of the Gateway API.

use std::time::Duration;

use kai_core::{Known, Reason, SmolStr};
use kai_graph::{Backend, ComponentKind, EntryPoint, EntryPointKind, Facts, PortRef, RouteTiming};

use crate::fields::Fields;
use crate::kubernetes::object::Object;

pub(super) fn route(object: &Object<'_>) -> (ComponentKind, Facts) {
    let spec = object.spec;
    let mut backends = Vec::new();
    for rule in spec.list("rules") {
        let path = rule.list("matches").map(|it| it.at("path").text("value")).next();
        let targets = rule.list("backendRefs");
        backends.extend(targets.map(|it| backend(path.clone().unwrap_or_default(), it)));
    }
    // A route that hangs on a Service steers traffic inside the mesh.
    let is_inside = spec.list("parentRefs").all(|it| it.text("kind") == "Service")
        && !spec.nodes("parentRefs").is_empty();
    let entry = EntryPoint {
        kind: EntryPointKind::GatewayRoute,
        hosts: spec.texts("hostnames"),
        // The gateway's listener ends TLS, not the route.
        has_tls: Known::default(),
        backends,
        parents: spec.list("parentRefs").map(|it| it.text("name")).collect(),
        timings: spec.list("rules").filter_map(timing).collect(),
    };
    (face(is_inside), Facts::EntryPoint(Box::new(entry)))
}

fn timing(rule: Fields<'_>) -> Option<RouteTiming> {
    let (timeouts, retry) = (rule.at("timeouts"), rule.at("retry"));
    let timing = RouteTiming {
        timeout: time(timeouts, "request"),
        try_timeout: time(timeouts, "backendRequest"),
        retries: retry.get("attempts"),
        backends: rule.nodes("backendRefs").len(),
        weights: weights(rule, "backendRefs"),
        origin: rule.origin,
    };
    said(timing)
}

/// A time under the key; words for "never" are none that can be counted with.
pub(super) fn time(fields: Fields<'_>, key: &str) -> Known<Duration> {
    match fields.get::<SmolStr>(key) {
        Known::Value(text) => kai_graph::duration(&text.value)
            .map_or(Known::Unknown(Reason::Unreadable), |it| Known::new(it, text.origin)),
        Known::Unknown(reason) => Known::Unknown(reason),
    }
}

/// The shares of the backends under the key, those that are written.
pub(super) fn weights(rule: Fields<'_>, key: &'static str) -> Vec<u32> {
    rule.list(key).filter_map(|it| it.opt("weight")).collect()
}

/// What says something at all.
pub(super) fn said(timing: RouteTiming) -> Option<RouteTiming> {
    let is_silent = timing.timeout.is_not_declared()
        && timing.try_timeout.is_not_declared()
        && timing.retries.is_not_declared()
        && timing.weights.is_empty();
    (!is_silent).then_some(timing)
}

/// What a route is to users: a way in, or a turn inside.
pub(super) fn face(is_inside: bool) -> ComponentKind {
    if is_inside { ComponentKind::NetworkPath } else { ComponentKind::EntryPoint }
}

fn backend(path: SmolStr, target: Fields<'_>) -> Backend {
    Backend {
        host: SmolStr::default(),
        path,
        kind: target.opt("kind").unwrap_or(SmolStr::new_static("Service")),
        namespace: target.text("namespace"),
        name: target.text("name"),
        port: target.opt::<PortRef>("port"),
        origin: target.origin,
    }
}
