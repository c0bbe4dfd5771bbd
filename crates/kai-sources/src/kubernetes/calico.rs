//! Network policies of Calico, whose selectors are expressions.
//!
//! Read are allowances with selectors made of `&&`; rules that deny, log or pass, ordered tiers and
//! the other operators leave the policy "not fully read".

use kai_core::SmolStr;
use kai_graph::{
    ComponentKind, Expression, Facts, NetworkPolicy, Operator, PolicyFlavor, PolicyPeer,
    PolicyRule, PortRef, Selector,
};

use crate::fields::Fields;
use crate::kubernetes::object::Object;
use crate::kubernetes::policy;

pub(super) fn lower(object: &Object<'_>) -> (ComponentKind, Facts) {
    let spec = object.spec;
    let is_global = object.kind == "GlobalNetworkPolicy";
    policy::done(
        read(spec, is_global)
            .unwrap_or_else(|| policy::unread(PolicyFlavor::Calico, spec, is_global)),
    )
}

/// None where a part of it is not understood.
fn read(spec: Fields<'_>, is_global: bool) -> Option<NetworkPolicy> {
    let holes = spec.reader().holes();
    let has_more = ["serviceAccountSelector", "namespaceSelector", "preDNAT", "doNotTrack"]
        .iter()
        .any(|it| spec.has(it));
    let types = spec.texts("types");
    let is_about = |kind: &str, otherwise: bool| match types.is_empty() {
        true => otherwise,
        false => types.iter().any(|it| it == kind),
    };
    let ingress = is_about("Ingress", spec.has("ingress") || !spec.has("egress"));
    let egress = is_about("Egress", spec.has("egress"));
    let policy = NetworkPolicy {
        flavor: PolicyFlavor::Calico,
        selector: Some(selector(spec, "selector")?),
        ingress: if ingress { Some(rules(spec, "ingress", "source", is_global)?) } else { None },
        egress: if egress { Some(rules(spec, "egress", "destination", is_global)?) } else { None },
        is_fully_read: true,
        is_cluster_wide: is_global,
    };
    (!has_more && spec.reader().holes() == holes).then_some(policy)
}

fn rules<'a>(
    spec: Fields<'a>,
    direction: &'a str,
    side: &'a str,
    is_global: bool,
) -> Option<Vec<PolicyRule>> {
    spec.list(direction).map(|it| rule(it, side, is_global)).collect()
}

/// `side` is the end of the connection that the rule is about.
fn rule<'a>(rule: Fields<'a>, side: &'a str, is_global: bool) -> Option<PolicyRule> {
    let (far, near) =
        (rule.at(side), rule.at(if side == "source" { "destination" } else { "source" }));
    let is_plain = rule.text("action") == "Allow"
        && !["notProtocol", "icmp", "notICMP", "http"].iter().any(|it| rule.has(it))
        && near.entries().all(|(key, _)| key == "ports")
        && far.entries().all(|(key, _)| {
            matches!(key.as_str(), "selector" | "namespaceSelector" | "nets" | "ports")
        });
    if !is_plain {
        return None;
    }
    let protocol = rule.text("protocol");
    let ports = rule.at("destination").nodes("ports").iter();
    let mut ports: Vec<_> = ports.map(|it| port(&protocol, it.text()?)).collect::<Option<_>>()?;
    if ports.is_empty() && !protocol.is_empty() {
        ports.push((protocol, None, None));
    }
    Some(PolicyRule { peers: peers(far, is_global)?, ports, origin: rule.origin })
}

fn peers(far: Fields<'_>, is_global: bool) -> Option<Vec<PolicyPeer>> {
    let nets = far.texts("nets");
    let mut peers: Vec<_> = nets.into_iter().map(|it| policy::addresses(it, Vec::new())).collect();
    if far.has("selector") || far.has("namespaceSelector") {
        let own = is_global.then(|| policy::everything(far));
        let namespaces = if far.has("namespaceSelector") {
            Some(selector(far, "namespaceSelector")?)
        } else {
            own
        };
        let pods = if far.has("selector") { Some(selector(far, "selector")?) } else { None };
        peers.push(PolicyPeer::Pods { namespaces, pods });
    }
    Some(peers)
}

/// `80`, `8000:8080`, or a name.
fn port(protocol: &SmolStr, text: &str) -> Option<(SmolStr, Option<PortRef>, Option<u16>)> {
    let (first, last) = match text.split_once(':') {
        Some((first, last)) => (first, Some(last.parse().ok()?)),
        None => (text, None),
    };
    let port = first.parse().map_or_else(|_| PortRef::Name(first.into()), PortRef::Number);
    Some((protocol.clone(), Some(port), last))
}

/// The expression under the key; one that is absent selects everything.
fn selector(at: Fields<'_>, key: &str) -> Option<Selector> {
    let Some((text, origin)) = at.name(key) else { return Some(policy::everything(at)) };
    let mut selector = Selector { labels: Vec::new(), expressions: Vec::new(), origin };
    for term in text.split("&&").map(str::trim) {
        add_term(&mut selector, term)?;
    }
    selector.labels.sort_unstable();
    Some(selector)
}

fn add_term(selector: &mut Selector, term: &str) -> Option<()> {
    let mut add = |key: &str, operator, values: Vec<SmolStr>| {
        selector.expressions.push(Expression { key: key.into(), operator, values });
    };
    if term == "all()" || term.is_empty() {
    } else if let Some(key) = term.strip_prefix("has(").and_then(|it| it.strip_suffix(')')) {
        add(name(key)?, Operator::Exists, Vec::new());
    } else if let Some(key) = term.strip_prefix("!has(").and_then(|it| it.strip_suffix(')')) {
        add(name(key)?, Operator::DoesNotExist, Vec::new());
    } else if let Some((key, value)) = term.split_once("==") {
        selector.labels.push((name(key)?.into(), quoted(value)?));
    } else if let Some((key, value)) = term.split_once("!=") {
        add(name(key)?, Operator::NotIn, vec![quoted(value)?]);
    } else if let Some((key, values)) = term.split_once(" not in ") {
        add(name(key)?, Operator::NotIn, set(values)?);
    } else if let Some((key, values)) = term.split_once(" in ") {
        add(name(key)?, Operator::In, set(values)?);
    } else {
        return None;
    }
    Some(())
}

/// A label's key: what has other letters is an operator that is not read.
fn name(text: &str) -> Option<&str> {
    let text = text.trim();
    let is_letter = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '/' | '-' | '_');
    (!text.is_empty() && text.chars().all(is_letter)).then_some(text)
}

fn quoted(text: &str) -> Option<SmolStr> {
    let text = text.trim();
    let quote = text.chars().next().filter(|it| matches!(it, '\'' | '"'))?;
    let value = text[1..].strip_suffix(quote)?;
    (!value.contains(quote)).then(|| value.into())
}

/// `{'a', 'b'}`.
fn set(text: &str) -> Option<Vec<SmolStr>> {
    let text = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    text.split(',').map(quoted).collect()
}
