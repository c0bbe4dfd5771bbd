//! Routes of the Gateway API.

use kai_core::{Known, SmolStr};
use kai_graph::{Backend, ComponentKind, EntryPoint, EntryPointKind, Facts, PortRef};

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
    };
    (face(is_inside), Facts::EntryPoint(Box::new(entry)))
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
