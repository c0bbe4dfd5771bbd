//! Paths between components, and what may use them.

use kai_core::{Known, OriginId, SmolStr};

use crate::{PortRef, Selector};

/// A stable name in front of pods (a Kubernetes Service).
#[derive(Debug, Clone)]
pub struct NetworkPath {
    pub kind: PathKind,
    /// None has no endpoints of its own; they are made by somebody else.
    pub selector: Option<Selector>,
    pub ports: Vec<ServicePort>,
    pub is_headless: bool,
    pub external_name: Option<SmolStr>,
    pub publish_not_ready: Known<bool>,
    /// The addresses from which a load balancer lets callers in; empty for all.
    pub source_ranges: Vec<SmolStr>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathKind {
    Cluster,
    NodePort,
    /// Reachable from outside: also an entry point.
    LoadBalancer,
    ExternalName,
}

#[derive(Debug, Clone)]
pub struct ServicePort {
    pub name: Option<SmolStr>,
    pub port: Known<u16>,
    /// The pod's port, the same as `port` where none is written.
    pub target: Option<PortRef>,
    pub protocol: SmolStr,
    pub origin: OriginId,
}

#[derive(Debug, Clone)]
pub struct NetworkPolicy {
    pub flavor: PolicyFlavor,
    /// The pods that it governs; an empty selector governs the namespace.
    pub selector: Option<Selector>,
    /// None where the policy says nothing about incoming traffic.
    pub ingress: Option<Vec<PolicyRule>>,
    /// None where the policy says nothing about outgoing traffic.
    pub egress: Option<Vec<PolicyRule>>,
    /// False where it holds terms that Kai does not read, so that nothing may be concluded.
    pub is_fully_read: bool,
    /// Calico and Cilium policies that bind every namespace.
    pub is_cluster_wide: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyFlavor {
    Kubernetes,
    Calico,
    Cilium,
}

/// One allowance.
#[derive(Debug, Clone)]
pub struct PolicyRule {
    /// Empty allows everybody.
    pub peers: Vec<PolicyPeer>,
    /// Empty allows every port: `(protocol, port, end port)`.
    pub ports: Vec<(SmolStr, Option<PortRef>, Option<u16>)>,
    pub origin: OriginId,
}

#[derive(Debug, Clone)]
pub enum PolicyPeer {
    Pods {
        namespaces: Option<Selector>,
        pods: Option<Selector>,
    },
    Addresses {
        cidr: SmolStr,
        except: Vec<SmolStr>,
    },
    /// A term that Kai does not read.
    Other(SmolStr),
}
