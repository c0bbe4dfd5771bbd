use std::fmt::Write as _;

use kai_graph::{Facts, PolicyPeer, PolicyRule, Selector};

use super::{facts, object};

/// A policy as one reads it aloud.
#[track_caller]
fn check(text: &str, expected: &str) {
    let Facts::NetworkPolicy(policy) = facts(text) else { panic!("no policy") };
    let mut shown = policy.selector.as_ref().map_or_else(|| "nobody".into(), selected);
    for (direction, rules) in [("in", &policy.ingress), ("out", &policy.egress)] {
        let Some(rules) = rules else { continue };
        let rules: Vec<_> = rules.iter().map(rule).collect();
        write!(shown, " | {direction}: {}", rules.join("; ")).unwrap();
    }
    if !policy.is_fully_read {
        shown.push_str(" | and more");
    }
    assert_eq!(shown, expected);
}

fn selected(selector: &Selector) -> String {
    if selector.is_empty() { "all".into() } else { selector.to_text() }
}

fn rule(rule: &PolicyRule) -> String {
    let peers: Vec<_> = rule.peers.iter().map(peer).collect();
    let ports: Vec<_> = rule
        .ports
        .iter()
        .map(|(protocol, port, end)| {
            let port = port.as_ref().map_or("any".into(), ToString::to_string);
            let end = end.map_or(String::new(), |it| format!("-{it}"));
            format!("{protocol}/{port}{end}")
        })
        .collect();
    let peers = if peers.is_empty() { "everybody".into() } else { peers.join(" or ") };
    let ports = if ports.is_empty() { String::new() } else { format!(" at {}", ports.join(",")) };
    format!("{peers}{ports}")
}

fn peer(peer: &PolicyPeer) -> String {
    match peer {
        PolicyPeer::Pods { namespaces, pods } => {
            let pods = pods.as_ref().map_or("all".into(), selected);
            let place = namespaces.as_ref().map(|it| format!(" of {}", selected(it)));
            format!("{pods}{}", place.unwrap_or_default())
        }
        PolicyPeer::Addresses { cidr, except } if except.is_empty() => cidr.to_string(),
        PolicyPeer::Addresses { cidr, except } => format!("{cidr} but {}", except.join(",")),
        PolicyPeer::Other(name) => format!("‹{name}›"),
    }
}

fn kubernetes(spec: &str) -> String {
    object("networking.k8s.io/v1", "NetworkPolicy", &format!("spec: {spec}"))
}

#[test]
fn a_policy_without_types_is_about_what_comes_in() {
    check(&kubernetes("{podSelector: {}}"), "all | in: ");
    check(&kubernetes("{podSelector: {}, egress: [{}]}"), "all | in:  | out: everybody");
    check(&kubernetes("{podSelector: {}, policyTypes: [Egress]}"), "all | out: ");
}

#[test]
fn a_policy_names_pods_namespaces_and_addresses() {
    let spec = "
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from:
    - podSelector: {matchLabels: {app: web}}
    - namespaceSelector: {matchLabels: {team: a}}
      podSelector: {}
    - ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}
    ports: [{port: 5432}, {protocol: UDP, port: 8000, endPort: 8100}, {port: web}]";
    check(
        &kubernetes(spec),
        "app=db | in: app=web or all of team=a or 10.0.0.0/8 but 10.1.0.0/16 \
         at TCP/5432,UDP/8000-8100,TCP/web",
    );
}

fn calico(kind: &str, spec: &str) -> String {
    object("projectcalico.org/v3", kind, &format!("spec: {spec}"))
}

#[test]
fn a_policy_of_calico_selects_by_expressions() {
    let spec = "
  selector: app == 'db' && has(tier) && env in {'a', 'b'}
  types: [Ingress, Egress]
  ingress:
  - {action: Allow, protocol: TCP, source: {selector: app == \"web\"}, destination: {ports: [5432, '80:90']}}
  egress:
  - {action: Allow, destination: {nets: [10.0.0.0/8]}}";
    check(
        &calico("NetworkPolicy", spec),
        "app=db,tier,env in (a,b) | in: app=web at TCP/5432,TCP/80-90 | out: 10.0.0.0/8",
    );
}

#[test]
fn a_global_policy_of_calico_means_pods_of_every_namespace() {
    let spec = "{selector: all(), ingress: [{action: Allow, source: {selector: role == 'a'}}]}";
    check(&calico("GlobalNetworkPolicy", spec), "all | in: role=a of all");
}

#[test]
fn a_policy_of_calico_that_denies_leaves_everything_open() {
    let unread = "all | in:  | out:  | and more";
    let denies = "{selector: all(), ingress: [{action: Deny}]}";
    check(&calico("NetworkPolicy", denies), unread);
    check(&calico("NetworkPolicy", "{selector: \"a == 'b' || c == 'd'\"}"), unread);
    check(&calico("NetworkPolicy", "{selector: \"a starts with 'b'\"}"), unread);
    check(&calico("NetworkPolicy", "{selector: all(), serviceAccountSelector: a == 'b'}"), unread);
}

fn cilium(spec: &str) -> String {
    object("cilium.io/v2", "CiliumNetworkPolicy", spec)
}

#[test]
fn a_policy_of_cilium_names_endpoints_entities_and_addresses() {
    let spec = "spec:
  endpointSelector: {matchLabels: {k8s:app: db}}
  ingress:
  - fromEndpoints:
    - matchLabels: {app: web, k8s:io.kubernetes.pod.namespace: front}
    toPorts: [{ports: [{port: '5432', protocol: TCP}]}]
  egress:
  - toEntities: [kube-apiserver]
  - toCIDRSet: [{cidr: 10.0.0.0/8, except: [10.1.0.0/16]}]
  - toFQDNs: [{matchName: api.test}]
  - toEntities: [all]";
    check(
        &cilium(spec),
        "app=db | in: app=web of kubernetes.io/metadata.name=front at TCP/5432 | out: \
         ‹kube-apiserver›; 10.0.0.0/8 but 10.1.0.0/16; ‹api.test›; everybody",
    );
}

#[test]
fn an_empty_rule_of_cilium_allows_nobody() {
    check(&cilium("spec: {endpointSelector: {}, ingress: [{}]}"), "all | in: ");
    let ports = "spec: {endpointSelector: {}, egress: [{toPorts: [{ports: [{port: '53'}]}]}]}";
    check(&cilium(ports), "all | out: everybody at ANY/53");
}

#[test]
fn a_policy_of_cilium_that_denies_or_has_parts_leaves_everything_open() {
    let unread = "all | in:  | out:  | and more";
    check(&cilium("spec: {endpointSelector: {}, ingressDeny: [{}]}"), unread);
    check(&cilium("specs: [{endpointSelector: {}}]"), unread);
}
