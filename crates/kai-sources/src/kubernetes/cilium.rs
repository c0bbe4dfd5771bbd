//! Network policies of Cilium.
//!
//! Rules that deny, and policies of several parts, leave the policy "not fully read".

use kai_core::SmolStr;
use kai_graph::{
    ComponentKind, Facts, Labels, NetworkPolicy, PolicyFlavor, PolicyPeer, PolicyRule, PortRef,
    Selector,
};

use crate::fields::Fields;
use crate::kubernetes::object::Object;
use crate::kubernetes::policy;

/// The label by which Kubernetes names a namespace.
const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";

pub(super) fn lower(object: &Object<'_>) -> (ComponentKind, Facts) {
    let is_cluster_wide = object.kind == "CiliumClusterwideNetworkPolicy";
    let spec = object.spec;
    let holes = spec.reader().holes();
    let is_plain = object.fields.has("spec")
        && !object.fields.has("specs")
        && ["ingressDeny", "egressDeny", "nodeSelector", "enableDefaultDeny"]
            .iter()
            .all(|it| !spec.has(it));
    let Some(subject) = spec.selector("endpointSelector").filter(|_| is_plain) else {
        return policy::done(policy::unread(PolicyFlavor::Cilium, spec, is_cluster_wide));
    };
    let side = |direction, from: &Prefix| {
        spec.has(direction).then(|| {
            spec.list(direction).filter_map(|it| rule(it, from, is_cluster_wide)).collect()
        })
    };
    let mut policy = NetworkPolicy {
        flavor: PolicyFlavor::Cilium,
        selector: Some(without_sources(subject)),
        ingress: side("ingress", &FROM),
        egress: side("egress", &TO),
        is_fully_read: true,
        is_cluster_wide,
    };
    policy.is_fully_read = spec.reader().holes() == holes && !names_services(spec);
    policy::done(policy)
}

/// The fields that name peers in one direction.
struct Prefix {
    endpoints: &'static str,
    cidr: &'static str,
    cidr_set: &'static str,
    entities: &'static str,
}

const FROM: Prefix = Prefix {
    endpoints: "fromEndpoints",
    cidr: "fromCIDR",
    cidr_set: "fromCIDRSet",
    entities: "fromEntities",
};
const TO: Prefix = Prefix {
    endpoints: "toEndpoints",
    cidr: "toCIDR",
    cidr_set: "toCIDRSet",
    entities: "toEntities",
};

/// Services as peers are not followed to their pods.
fn names_services(spec: Fields<'_>) -> bool {
    let mut rules = spec.list("egress").chain(spec.list("ingress"));
    rules.any(|it| {
        ["toServices", "toGroups", "toNodes", "fromNodes", "toRequires", "fromRequires"]
            .iter()
            .any(|key| it.has(key))
    })
}

/// None for a rule that allows nobody: in Cilium `{}` only switches the default to "deny".
fn rule(rule: Fields<'_>, from: &Prefix, is_cluster_wide: bool) -> Option<PolicyRule> {
    let mut peers: Vec<PolicyPeer> =
        rule.list(from.endpoints).map(|it| endpoints(it, is_cluster_wide)).collect();
    peers.extend(rule.texts(from.cidr).into_iter().map(|it| policy::addresses(it, Vec::new())));
    peers.extend(
        rule.list(from.cidr_set).map(|it| policy::addresses(it.text("cidr"), it.texts("except"))),
    );
    let entities = rule.texts(from.entities);
    let is_everybody = entities.iter().any(|it| it == "all");
    peers.extend(entities.into_iter().map(|it| entity(rule, it)));
    let names = rule
        .list("toFQDNs")
        .map(|it| it.opt("matchName").unwrap_or_else(|| it.text("matchPattern")));
    peers.extend(names.map(PolicyPeer::Other));
    let names_peers = rule.entries().any(|(key, _)| key != "toPorts" && key != "icmps");
    // Endpoints that are listed but empty allow nobody.
    if (peers.is_empty() && names_peers) || (peers.is_empty() && !rule.has("toPorts")) {
        return None;
    }
    if is_everybody {
        peers.clear();
    }
    let ports = rule.list("toPorts").flat_map(|it| it.list("ports").map(port).collect::<Vec<_>>());
    Some(PolicyRule { peers, ports: ports.collect(), origin: rule.origin })
}

fn entity(rule: Fields<'_>, name: SmolStr) -> PolicyPeer {
    match name.as_str() {
        "cluster" => PolicyPeer::Pods { namespaces: Some(policy::everything(rule)), pods: None },
        _ => PolicyPeer::Other(name),
    }
}

/// Labels of the namespace stand among those of the pod, under prefixes.
fn endpoints(endpoints: Fields<'_>, is_cluster_wide: bool) -> PolicyPeer {
    let mut pods = Selector {
        labels: endpoints.labels("matchLabels"),
        expressions: endpoints.expressions(),
        origin: endpoints.origin,
    };
    pods = without_sources(pods);
    let (of_namespace, of_pod): (Labels, Labels) =
        pods.labels.into_iter().partition(|(key, _)| namespace_label(key).is_some());
    let mut labels: Labels = of_namespace
        .into_iter()
        .filter_map(|(key, value)| Some((namespace_label(&key)?.into(), value)))
        .collect();
    labels.sort_unstable();
    pods.labels = of_pod;
    let names_namespace = pods.expressions.iter().any(|it| namespace_label(&it.key).is_some());
    pods.expressions.retain(|it| namespace_label(&it.key).is_none());
    let namespaces = (!labels.is_empty() || is_cluster_wide || names_namespace)
        .then(|| Selector { labels, ..policy::everything(endpoints) });
    PolicyPeer::Pods { namespaces, pods: Some(pods) }
}

/// The label of the namespace that a key of Cilium means.
fn namespace_label(key: &str) -> Option<&str> {
    match key {
        "io.kubernetes.pod.namespace" => Some(NAMESPACE_NAME),
        _ => key.strip_prefix("io.cilium.k8s.namespace.labels."),
    }
}

/// Keys say which source a label comes from: `k8s:app`, `any:app`.
fn without_sources(mut selector: Selector) -> Selector {
    let plain = |key: &SmolStr| match key.split_once(':') {
        Some(("k8s" | "any", key)) => key.into(),
        _ => key.clone(),
    };
    for (key, _) in &mut selector.labels {
        *key = plain(key);
    }
    selector.labels.sort_unstable();
    for expression in &mut selector.expressions {
        expression.key = plain(&expression.key);
    }
    selector
}

/// Ports are texts; `ANY` and `0` stand for all.
fn port(port: Fields<'_>) -> (SmolStr, Option<PortRef>, Option<u16>) {
    let protocol = port.opt("protocol").unwrap_or(SmolStr::new_static("ANY"));
    let number = port.text("port");
    let number = match number.parse() {
        Ok(0) => None,
        Ok(number) => Some(PortRef::Number(number)),
        Err(_) => Some(PortRef::Name(number)),
    };
    (protocol, number, port.opt("endPort"))
}
