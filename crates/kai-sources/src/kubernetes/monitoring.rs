//! Alert rules and routes of alerts, as objects and as texts in ConfigMaps and Secrets.

use camino::Utf8PathBuf;
use kai_core::{Embedding, Node, Origins, Problem, Role, RootId, SmolStr};
use kai_graph::{Component, ComponentKind, Facts, Scrape, ScrapeNamespaces, StackValues};
use kai_syntax::{embed, yaml};

use super::configuration::{Decoded, decode};
use crate::fields::{Fields, Reader};
use crate::kubernetes::object::Object;
use crate::{Lowered, alertmanager, monitoring, prometheus};

/// What people call a file that is no object.
const FILE: &str = "file";

pub(super) fn rules(object: &Object<'_>) -> (ComponentKind, Facts) {
    let rules = prometheus::rules(object.spec);
    (ComponentKind::Control, Facts::AlertRules(Box::new(rules)))
}

pub(super) fn routes(object: &Object<'_>) -> (ComponentKind, Facts) {
    let found = alertmanager::configuration(object.spec, Some(object.namespace));
    let facts = found.map_or(Facts::Named, |it| Facts::Notifications(Box::new(it)));
    (ComponentKind::Control, facts)
}

pub(super) fn prometheus(object: &Object<'_>) -> (ComponentKind, Facts) {
    (ComponentKind::Control, Facts::Prometheus(Box::new(prometheus::of_object(object.spec))))
}

pub(super) fn alertmanager(object: &Object<'_>) -> (ComponentKind, Facts) {
    (ComponentKind::Control, Facts::Alertmanager(Box::new(prometheus::alertmanager(object.spec))))
}

/// None for one whose selector is not there, which the operator refuses.
pub(super) fn scrape(object: &Object<'_>) -> (ComponentKind, Facts) {
    let facts = object.spec.selector("selector").map(|selector| {
        let of_pods = object.kind == "PodMonitor";
        let list = if of_pods { "podMetricsEndpoints" } else { "endpoints" };
        let endpoints: Vec<_> = object.spec.list(list).collect();
        let names = object.spec.at("namespaceSelector");
        let namespaces = match names.texts("matchNames") {
            _ if names.is("any") => ScrapeNamespaces::Any,
            own if own.is_empty() => ScrapeNamespaces::Own,
            names => ScrapeNamespaces::Named(names),
        };
        let ports: Vec<_> = endpoints.iter().filter_map(|it| it.opt_traced("port")).collect();
        let has_other_ports = ports.len() < endpoints.len() || endpoints.is_empty();
        Facts::Scrape(Box::new(Scrape { of_pods, selector, namespaces, ports, has_other_ports }))
    });
    (ComponentKind::Control, facts.unwrap_or(Facts::Named))
}

/// Values of kube-prometheus-stack; none where they are those of another chart.
pub(super) fn stack_values(values: Fields<'_>) -> Option<StackValues> {
    let spec = values.at("alertmanager").find("alertmanagerSpec")?;
    let rules = values.at("defaultRules");
    let is_off = |fields: Fields<'_>, key| fields.opt(key) == Some(false);
    let is_without_watchdog = is_off(rules, "create")
        || is_off(rules.at("rules"), "general")
        || rules.at("disabled").is("Watchdog");
    let server = values.at("prometheus").at("prometheusSpec");
    let is_apart =
        |it: Fields<'_>| it.opt::<SmolStr>("podAntiAffinity").is_some_and(|it| it == "hard");
    Some(StackValues {
        prometheus: server.get("replicas"),
        alertmanager: spec.get("replicas"),
        is_apart: is_apart(server) && is_apart(spec),
        configuration: spec.at("alertmanagerConfiguration").opt("name"),
        brings_rules: !is_without_watchdog,
    })
}

/// The same for values that stand in a text.
pub(super) fn stack_values_in(text: &Node, origins: &Origins) -> Option<StackValues> {
    text.as_str().filter(|it| it.contains("alertmanagerSpec"))?;
    let id = embed(origins, text, Utf8PathBuf::from("values"))?;
    let values = yaml::parse(origins, id).documents.into_iter().next()?.node;
    let reader = Reader::new(origins, Role::ApiDefault, "Application", "");
    stack_values(reader.fields(&values))
}

/// What the texts in a ConfigMap or Secret are besides settings, with what is wrong with them.
pub(super) fn within(
    object: &Object<'_>,
    component: &Component,
    root: RootId,
    origins: &Origins,
) -> (Vec<Component>, Vec<Problem>) {
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    if object.group.is_empty() && matches!(object.kind, "ConfigMap" | "Secret") {
        for mapping in ["data", "stringData"] {
            let is_encoded = object.kind == "Secret" && mapping == "data";
            for (key, node) in object.fields.at(mapping).entries() {
                let Some(text) = document(key, node, is_encoded, origins) else { continue };
                let reader = Reader::new(origins, Role::ApiDefault, object.kind, object.name);
                found.extend(monitoring::facts(&text, &reader).map(|facts| Component {
                    kind: ComponentKind::Control,
                    root,
                    origin: text.origin,
                    facts,
                    makes: None,
                    ..component.clone()
                }));
                problems.append(&mut reader.into_problems());
            }
        }
    }
    (found, problems)
}

/// The text under a key as a tree, where its words say that it may be one of these.
fn document(key: &str, node: &Node, is_encoded: bool, origins: &Origins) -> Option<Node> {
    if !is_encoded {
        return monitoring::embedded(key, node, origins);
    }
    let Decoded::Text(text) = decode(node.text()?) else { return None };
    if !monitoring::may_be(&text) {
        return None;
    }
    let outer = origins.get(node.origin).span?;
    let embedding = Embedding { scalar: node.origin, outer, runs: Vec::new() };
    let id = origins.add_embedded(Utf8PathBuf::from(key), text, embedding)?;
    let mut documents = yaml::parse(origins, id).documents.into_iter();
    documents.next().map(|it| it.node)
}

/// A file that Prometheus or Alertmanager reads, among what is applied; none where it is none.
pub(super) fn file(node: &Node, root: RootId, origins: &Origins) -> Option<Lowered> {
    let path = origins.span(node.origin).map(|it| origins.document(it.document).path.clone());
    let path = path.unwrap_or_default();
    let name = path.file_name().unwrap_or_default();
    let reader = Reader::new(origins, Role::ApiDefault, FILE, name);
    let facts = monitoring::facts(node, &reader);
    let component = facts.map(|facts| Component {
        facts,
        ..Component::named(ComponentKind::Control, FILE, name, root, node.origin)
    });
    let lowered = Lowered { components: vec![component?], problems: Vec::new() };
    Some(Lowered { problems: reader.into_problems(), ..lowered })
}
