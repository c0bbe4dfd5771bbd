//! Who reaches a workload from outside.

use kai_core::{ComponentId, Edit, OriginId, Span};
use kai_graph::{
    Component, ComponentKind, DependencyKind, EntryPoint, EntryPointKind, Facts, NetworkPath, Of,
    PathKind, Workload,
};

use crate::Context;

/// A way into a workload from outside the cluster or the host.
#[derive(Debug)]
pub(crate) struct Door<'a> {
    pub(crate) kind: DoorKind,
    /// The route, the Service, or the workload itself.
    pub(crate) component: &'a Component,
    pub(crate) at: OriginId,
}

/// The widest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum DoorKind {
    LoadBalancer,
    /// An Ingress or the like: HTTP alone.
    Route,
    /// A port of the machine, for everybody who reaches the machine; none where Docker picks one.
    HostPort(Option<u16>),
    /// A port of every node.
    NodePort,
}

impl Door<'_> {
    /// As people name it.
    pub(crate) fn name(&self) -> String {
        match self.kind {
            DoorKind::LoadBalancer => format!("load balancer `{}`", self.component.name),
            DoorKind::Route => format!("`{}`", self.component.label()),
            DoorKind::HostPort(Some(port)) => format!("port {port} of every address of its host"),
            DoorKind::HostPort(None) => {
                "a port that Docker picks on every address of its host".to_owned()
            }
            DoorKind::NodePort => format!("a port of every node (`{}`)", self.component.label()),
        }
    }
}

impl Door<'_> {
    /// The container's own number of a published port, by which Compose calls it.
    pub(crate) fn inner_port(&self, workload: &Workload) -> String {
        let mut ports = workload.pod.containers.iter().flat_map(|it| &it.ports);
        let published = ports.find(|it| match self.kind {
            DoorKind::HostPort(host) => {
                it.is_published && it.host_port.as_ref().map(|it| it.value) == host
            }
            _ => false,
        });
        published.and_then(|it| it.number.value()).map_or("PORT".to_owned(), ToString::to_string)
    }
}

impl Door<'_> {
    /// An edit that leaves the port to the host itself, where `HOST:CONTAINER` is written.
    pub(crate) fn keep_inside(&self, ctx: Context<'_>) -> Option<Edit> {
        let ports = ctx.written(self.at).filter(|_| matches!(self.kind, DoorKind::HostPort(_)))?;
        let span = ctx.origins.outermost(ctx.origins.span(self.at)?);
        let quote = if ports.starts_with(['"', '\'']) { 1 } else { 0 };
        let own = ports.trim_matches(['"', '\'']);
        let rest = own.strip_prefix("0.0.0.0:").unwrap_or(own);
        let numbers = rest.split_once('/').map_or(rest, |it| it.0);
        let is_pair = numbers
            .split_once(':')
            .is_some_and(|(host, inner)| [host, inner].iter().all(|it| it.parse::<u16>().is_ok()));
        let start = span.start + quote;
        let end = start + u32::try_from(own.len() - rest.len()).ok()?;
        is_pair.then(|| Edit::replace(Span { start, end, ..span }, "127.0.0.1:"))
    }
}

impl<'a> Context<'a> {
    /// The ways in whose requests the component itself reads: those that lead to it, or to a path in
    /// front of it. By id, each once.
    pub(crate) fn entries_to(self, id: ComponentId) -> Vec<Of<'a, EntryPoint>> {
        let mut entries = Vec::new();
        for source in self.sources(id, DependencyKind::Routes) {
            entries.extend(entry(source));
            if matches!(source.facts, Facts::NetworkPath(_)) {
                entries.extend(self.sources(source.id, DependencyKind::Routes).filter_map(entry));
            }
        }
        entries.sort_by_key(|it| it.component.id);
        entries.dedup_by_key(|it| it.component.id);
        entries
    }

    /// Every way in from outside, the widest first. Load balancers with an address of the own network,
    /// or for some callers only, are none, nor are ports that only the host itself reaches.
    pub(crate) fn doors(self, workload: Of<'a, Workload>) -> Vec<Door<'a>> {
        let component = workload.component;
        let paths = self.paths_in_front(component.id).into_iter().filter_map(|it| {
            let kind = match it.facts.kind {
                PathKind::LoadBalancer => DoorKind::LoadBalancer,
                PathKind::NodePort => DoorKind::NodePort,
                PathKind::Cluster | PathKind::ExternalName => return None,
            };
            let is_open = it.facts.source_ranges.is_empty() && !is_internal(it.component);
            let Of { component, .. } = it;
            is_open.then_some(Door { kind, component, at: component.origin })
        });
        let ports = workload.facts.pod.containers.iter().flat_map(|it| &it.ports);
        let ports = ports.filter(|it| it.is_published).filter_map(|it| {
            let port = it.host_port.map(|it| it.value);
            let is_own = it.host_address.as_deref().is_some_and(is_loopback);
            let kind = DoorKind::HostPort(port);
            // A port of which only the inner number stands there may be written in a file of variables.
            let at = if port.is_some() { it.origin } else { component.origin };
            (!is_own).then_some(Door { kind, component, at })
        });
        let mut doors: Vec<_> = self.routes(component.id).chain(paths).chain(ports).collect();
        doors.sort_by_key(|it| (it.kind, it.component.id));
        doors
    }

    /// The routes from outside that lead to a component, whatever it is.
    pub(crate) fn routes(self, id: ComponentId) -> impl Iterator<Item = Door<'a>> {
        self.entries_to(id).into_iter().filter_map(|it| {
            let is_route = !matches!(
                it.facts.kind,
                EntryPointKind::LoadBalancer | EntryPointKind::PublishedPort
            );
            let Of { component, .. } = it;
            (is_route && !is_internal(component)).then_some(Door {
                kind: DoorKind::Route,
                component,
                at: component.origin,
            })
        })
    }

    fn paths_in_front(self, id: ComponentId) -> Vec<Of<'a, NetworkPath>> {
        let paths = self.sources(id, DependencyKind::Routes);
        paths
            .filter_map(|component| match &component.facts {
                Facts::NetworkPath(facts) => Some(Of { component, facts: &**facts }),
                _ => None,
            })
            .collect()
    }
}

fn entry(component: &Component) -> Option<Of<'_, EntryPoint>> {
    match &component.facts {
        Facts::EntryPoint(facts)
            if component.kind == ComponentKind::EntryPoint && !is_of_its_host(facts) =>
        {
            Some(Of { component, facts })
        }
        _ => None,
    }
}

/// True for a port that is published on the machine for the machine alone.
fn is_of_its_host(entry: &EntryPoint) -> bool {
    entry.kind == EntryPointKind::PublishedPort
        && !entry.hosts.is_empty()
        && entry.hosts.iter().all(|it| is_loopback(it))
}

/// As its users know it: a host, else the object.
pub(crate) fn entry_name(entry: Of<'_, EntryPoint>) -> String {
    match entry.facts.hosts.first() {
        Some(host) => host.to_string(),
        None => entry.component.label(),
    }
}

/// True for an address that only the machine itself reaches.
#[must_use]
pub fn is_loopback(address: &str) -> bool {
    address.starts_with("127.") || matches!(address, "::1" | "[::1]" | "localhost")
}

/// Annotations that give a load balancer an address of the own network, and their values.
const INTERNAL: &[(&str, &str)] = &[
    ("alb.ingress.kubernetes.io/scheme", "internal"),
    ("cloud.google.com/load-balancer-type", "internal"),
    ("kubernetes.io/ingress.class", "gce-internal"),
    ("networking.gke.io/load-balancer-type", "internal"),
    ("service.beta.kubernetes.io/aws-load-balancer-internal", "true"),
    ("service.beta.kubernetes.io/aws-load-balancer-internal", "0.0.0.0/0"),
    ("service.beta.kubernetes.io/aws-load-balancer-scheme", "internal"),
    ("service.beta.kubernetes.io/azure-load-balancer-internal", "true"),
    ("service.beta.kubernetes.io/openstack-internal-load-balancer", "true"),
];

/// True where the object says that only the own network reaches it.
#[must_use]
pub fn is_internal(component: &Component) -> bool {
    INTERNAL.iter().any(|(key, value)| {
        component.annotation(key).is_some_and(|it| it.eq_ignore_ascii_case(value))
    })
}
