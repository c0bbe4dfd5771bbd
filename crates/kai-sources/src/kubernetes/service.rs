//! Services: stable names in front of pods.

use kai_core::{Known, RootId, SmolStr};
use kai_graph::{
    Backend, Component, ComponentKind, EntryPoint, EntryPointKind, Facts, NetworkPath, PathKind,
    PortRef, ServicePort,
};

use crate::fields::Fields;
use crate::kubernetes::container;
use crate::kubernetes::object::Object;

pub(super) fn lower(object: &Object<'_>) -> (ComponentKind, Facts) {
    let spec = object.spec;
    let kind = match spec.text("type").as_str() {
        "NodePort" => PathKind::NodePort,
        "LoadBalancer" => PathKind::LoadBalancer,
        "ExternalName" => PathKind::ExternalName,
        _ => PathKind::Cluster,
    };
    let path = NetworkPath {
        kind,
        // An empty selector selects nothing: the endpoints are made by somebody else.
        selector: spec.label_selector("selector").filter(|it| !it.labels.is_empty()),
        ports: spec.list("ports").map(port).collect(),
        is_headless: spec.text("clusterIP") == "None",
        external_name: spec.opt("externalName"),
        publish_not_ready: spec.or("publishNotReadyAddresses", false),
        source_ranges: spec.texts("loadBalancerSourceRanges"),
    };
    (ComponentKind::NetworkPath, Facts::NetworkPath(Box::new(path)))
}

fn port(port: Fields<'_>) -> ServicePort {
    let number: Known<u16> = port.get("port");
    let same = number.value().copied().map(PortRef::Number);
    let target = if port.has("targetPort") { port.opt("targetPort") } else { same };
    ServicePort {
        name: port.opt("name"),
        port: number,
        target,
        protocol: container::protocol(port),
        origin: port.origin,
    }
}

/// A Service of type LoadBalancer is a way in as well: a second component of the same name.
pub(super) fn entry_point(
    object: &Object<'_>,
    service: &Component,
    root: RootId,
) -> Option<Component> {
    let Facts::NetworkPath(path) = &service.facts else { return None };
    if path.kind != PathKind::LoadBalancer {
        return None;
    }
    let backend = Backend {
        host: SmolStr::default(),
        path: SmolStr::default(),
        kind: SmolStr::new_static("Service"),
        namespace: service.namespace.clone(),
        name: service.name.clone(),
        port: None,
        origin: service.origin,
    };
    let entry = EntryPoint {
        kind: EntryPointKind::LoadBalancer,
        hosts: hosts(object),
        has_tls: Known::default(),
        backends: vec![backend],
        parents: object.spec.opt("loadBalancerClass").into_iter().collect(),
    };
    Some(object.component(ComponentKind::EntryPoint, Facts::EntryPoint(Box::new(entry)), root))
}

/// The names under which users know it, where something declares them.
fn hosts(object: &Object<'_>) -> Vec<SmolStr> {
    let declared = object.annotation("external-dns.alpha.kubernetes.io/hostname");
    let names = declared.map(|(names, _)| names).unwrap_or_default();
    names.split(',').map(str::trim).filter(|it| !it.is_empty()).map(SmolStr::from).collect()
}
