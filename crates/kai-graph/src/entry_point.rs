//! Where users come in.

use kai_core::{Known, OriginId, SmolStr};

use crate::PortRef;

/// An Ingress, a Gateway route, a published port.
#[derive(Debug, Clone)]
pub struct EntryPoint {
    pub kind: EntryPointKind,
    pub hosts: Vec<SmolStr>,
    pub has_tls: Known<bool>,
    pub backends: Vec<Backend>,
    /// Names of the gateways or classes it hangs on.
    pub parents: Vec<SmolStr>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryPointKind {
    Ingress,
    GatewayRoute,
    VirtualService,
    HttpProxy,
    IngressRoute,
    /// A LoadBalancer service is its own entry point.
    LoadBalancer,
    /// A port that Compose publishes on its host.
    PublishedPort,
}

#[derive(Debug, Clone)]
pub struct Backend {
    /// Empty for every host of the route.
    pub host: SmolStr,
    /// Empty for the whole host.
    pub path: SmolStr,
    /// Kind of the target: `Service` unless the route says otherwise.
    pub kind: SmolStr,
    /// Empty means the namespace of the route.
    pub namespace: SmolStr,
    pub name: SmolStr,
    pub port: Option<PortRef>,
    pub origin: OriginId,
}
