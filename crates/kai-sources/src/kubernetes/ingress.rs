//! Ingresses.

use kai_core::{Known, SmolStr};
use kai_graph::{Backend, ComponentKind, EntryPoint, EntryPointKind, Facts};

use crate::fields::Fields;
use crate::kubernetes::object::Object;

pub(super) fn lower(object: &Object<'_>) -> (ComponentKind, Facts) {
    let spec = object.spec;
    let mut backends = Vec::new();
    for rule in spec.list("rules") {
        let host = rule.text("host");
        let paths = rule.at("http").list("paths");
        backends.extend(paths.map(|it| backend(host.clone(), it.text("path"), it.at("backend"))));
    }
    let default = spec.find("defaultBackend").or_else(|| spec.find("backend"));
    backends.extend(default.map(|it| backend(SmolStr::default(), SmolStr::default(), it)));
    let class = spec.opt("ingressClassName");
    let entry = EntryPoint {
        kind: EntryPointKind::Ingress,
        hosts: hosts(spec.list("rules").map(|it| it.text("host"))),
        has_tls: match spec.nodes("tls").first() {
            Some(tls) => Known::new(true, tls.origin),
            None => spec.default(false),
        },
        backends,
        parents: class
            .or_else(|| object.annotation("kubernetes.io/ingress.class").map(|(it, _)| it))
            .into_iter()
            .collect(),
    };
    (ComponentKind::EntryPoint, Facts::EntryPoint(Box::new(entry)))
}

/// Every name once, in the order of the text.
pub(super) fn hosts(names: impl Iterator<Item = SmolStr>) -> Vec<SmolStr> {
    let mut hosts: Vec<SmolStr> = Vec::new();
    for name in names {
        if !name.is_empty() && !hosts.contains(&name) {
            hosts.push(name);
        }
    }
    hosts
}

/// Of `networking.k8s.io/v1`, and of the versions before it.
fn backend(host: SmolStr, path: SmolStr, backend: Fields<'_>) -> Backend {
    let service = backend.at("service");
    let port = service.at("port");
    let (kind, target) = match backend.find("resource") {
        Some(resource) => (resource.text("kind"), resource),
        None => (SmolStr::new_static("Service"), service),
    };
    Backend {
        host,
        path,
        kind,
        namespace: SmolStr::default(),
        name: target.opt("name").unwrap_or_else(|| backend.text("serviceName")),
        port: port
            .opt("number")
            .or_else(|| port.opt("name"))
            .or_else(|| backend.opt("servicePort")),
        origin: backend.origin,
    }
}
