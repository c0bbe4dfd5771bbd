//! Ways that traffic takes: routes, services, pods.

use kai_core::{ComponentId, Lookup};
use kai_graph::{
    Component, Controller, DependencyKind, EntryPoint, Facts, NetworkPath, Strength, Workload,
};

use super::address::{self, Name};
use super::arrows::Arrows;

/// The workloads behind each service.
pub(super) type Behind = Lookup<ComponentId, Vec<ComponentId>>;

/// Links every route and every service, and says what stands behind each service.
pub(super) fn link(arrows: &mut Arrows<'_>) -> Behind {
    let mut behind = Behind::new();
    for component in arrows.index.components {
        match &component.facts {
            Facts::EntryPoint(entry) => route(arrows, component, entry),
            Facts::NetworkPath(path) => {
                let pods = service(arrows, component, path);
                behind.insert(component.id, pods);
            }
            _ => {}
        }
    }
    behind
}

fn route(arrows: &mut Arrows<'_>, component: &Component, entry: &EntryPoint) {
    for backend in &entry.backends {
        let namespace =
            if backend.namespace.is_empty() { &component.namespace } else { &backend.namespace };
        let is_service = matches!(backend.kind.as_str(), "Service" | "" | "service");
        let target = if is_service {
            // A VirtualService names a host, which may be `service.namespace.svc.cluster.local`.
            let name = Name::parse(&backend.name);
            let found = arrows.index.object(component, "Service", namespace, &backend.name);
            found
                .or_else(|| arrows.index.address(component, namespace, &backend.name))
                .or_else(|| address::service(arrows.index, component, &name))
        } else {
            arrows.index.object(component, &backend.kind, namespace, &backend.name)
        };
        if let Some(target) = target {
            let kind = DependencyKind::Routes;
            arrows.add(component.id, target, kind, Strength::Hard, backend.origin);
        }
    }
    for parent in &entry.parents {
        let (namespace, name) =
            parent.rsplit_once('/').unwrap_or((component.namespace.as_str(), parent));
        let gateway = arrows.index.object(component, "Gateway", namespace, name);
        if let Some(gateway) = gateway {
            let (kind, origin) = (DependencyKind::Routes, component.origin);
            arrows.add(component.id, gateway, kind, Strength::Hard, origin);
        }
    }
}

/// A service that several workloads stand behind goes on when one of them stops.
fn service(arrows: &mut Arrows<'_>, component: &Component, path: &NetworkPath) -> Vec<ComponentId> {
    if let Some(name) = &path.external_name {
        let name = name.trim_end_matches('.');
        let found = address::service(arrows.index, component, &Name::parse(name));
        let target =
            found.unwrap_or_else(|| arrows.outside(component, "host", name, component.origin));
        let kind = DependencyKind::Routes;
        arrows.add(component.id, target, kind, Strength::Hard, component.origin);
        return Vec::new();
    }
    let Some(selector) = &path.selector else { return Vec::new() };
    let pods = arrows.index.selected(component, Some(&component.namespace), selector);
    let serving = pods.iter().filter(|it| serves(arrows.index.get(**it)).is_some()).count();
    let strength = if serving > 1 { Strength::Soft } else { Strength::Hard };
    for &workload in &pods {
        let serves = serves(arrows.index.get(workload)).is_some();
        let strength = if serves || serving == 0 { strength } else { Strength::Soft };
        arrows.add(component.id, workload, DependencyKind::Routes, strength, selector.origin);
    }
    pods
}

fn serves(component: &Component) -> Option<&Workload> {
    let Facts::Workload(workload) = &component.facts else { return None };
    let runs = !matches!(workload.controller, Controller::Job | Controller::CronJob);
    runs.then_some(workload)
}
