//! Network policies of the Kubernetes API. Calico's and Cilium's stand beside.

use kai_core::SmolStr;
use kai_graph::{
    ComponentKind, Facts, NetworkPolicy, PolicyFlavor, PolicyPeer, PolicyRule, PortRef, Selector,
};

use crate::fields::Fields;
use crate::kubernetes::container;
use crate::kubernetes::object::Object;

pub(super) fn lower(object: &Object<'_>) -> (ComponentKind, Facts) {
    let spec = object.spec;
    let holes = spec.reader().holes();
    let types = spec.texts("policyTypes");
    // Without types a policy is about incoming traffic, and about outgoing if it has such rules.
    let is_about = |kind: &str, otherwise: bool| match types.is_empty() {
        true => otherwise,
        false => types.iter().any(|it| it == kind),
    };
    let ingress = is_about("Ingress", true);
    let egress = is_about("Egress", spec.has("egress"));
    let mut policy = NetworkPolicy {
        flavor: PolicyFlavor::Kubernetes,
        selector: spec.selector("podSelector").or_else(|| Some(everything(spec))),
        ingress: ingress.then(|| rules(spec, "ingress", "from")),
        egress: egress.then(|| rules(spec, "egress", "to")),
        is_fully_read: true,
        is_cluster_wide: false,
    };
    policy.is_fully_read = spec.reader().holes() == holes;
    done(policy)
}

fn rules<'a>(spec: Fields<'a>, direction: &'a str, side: &'a str) -> Vec<PolicyRule> {
    let rule = |it: Fields<'a>| PolicyRule {
        peers: it.list(side).map(peer).collect(),
        ports: it.list("ports").map(port).collect(),
        origin: it.origin,
    };
    spec.list(direction).map(rule).collect()
}

fn peer(peer: Fields<'_>) -> PolicyPeer {
    match peer.find("ipBlock") {
        Some(block) => addresses(block.text("cidr"), block.texts("except")),
        None => PolicyPeer::Pods {
            namespaces: peer.selector("namespaceSelector"),
            pods: peer.selector("podSelector"),
        },
    }
}

pub(super) fn addresses(cidr: SmolStr, except: Vec<SmolStr>) -> PolicyPeer {
    PolicyPeer::Addresses { cidr, except }
}

fn port(port: Fields<'_>) -> (SmolStr, Option<PortRef>, Option<u16>) {
    (container::protocol(port), port.opt("port"), port.opt("endPort"))
}

/// Policies of administrators are not read, only seen: nothing may be concluded beside them.
pub(super) fn of_administrators(object: &Object<'_>) -> (ComponentKind, Facts) {
    done(unread(PolicyFlavor::Kubernetes, object.spec, true))
}

/// A policy that may say anything about every pod that it can reach.
pub(super) fn unread(
    flavor: PolicyFlavor,
    spec: Fields<'_>,
    is_cluster_wide: bool,
) -> NetworkPolicy {
    NetworkPolicy {
        flavor,
        selector: Some(everything(spec)),
        ingress: Some(Vec::new()),
        egress: Some(Vec::new()),
        is_fully_read: false,
        is_cluster_wide,
    }
}

pub(super) fn everything(at: Fields<'_>) -> Selector {
    Selector { labels: Vec::new(), expressions: Vec::new(), origin: at.origin }
}

pub(super) fn done(policy: NetworkPolicy) -> (ComponentKind, Facts) {
    (ComponentKind::Control, Facts::NetworkPolicy(Box::new(policy)))
}
