//! Alert rules and routes of alerts, as objects and as texts in ConfigMaps and Secrets.

use camino::Utf8PathBuf;
use kai_core::{Embedding, Node, Origins, Problem, Role, RootId};
use kai_graph::{Component, ComponentKind, Facts};
use kai_syntax::{embed, yaml};

use super::configuration::{Decoded, decode};
use crate::fields::Reader;
use crate::kubernetes::object::Object;
use crate::{alertmanager, prometheus};

pub(super) fn rules(object: &Object<'_>) -> (ComponentKind, Facts) {
    let rules = prometheus::rules(object.spec);
    (ComponentKind::Control, Facts::AlertRules(Box::new(rules)))
}

pub(super) fn routes(object: &Object<'_>) -> (ComponentKind, Facts) {
    let found = alertmanager::configuration(object.spec, Some(object.namespace));
    let facts = found.map_or(Facts::Named, |it| Facts::Notifications(Box::new(it)));
    (ComponentKind::Control, facts)
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
                found.extend(facts(&text, &reader).map(|facts| Component {
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

fn facts<'a>(node: &'a Node, reader: &'a Reader<'a>) -> Option<Facts> {
    if alertmanager::is_configuration(node) {
        let found = alertmanager::configuration(reader.fields(node), None)?;
        return Some(Facts::Notifications(Box::new(found)));
    }
    let is_rules = prometheus::is_rule_file(node);
    is_rules.then(|| Facts::AlertRules(Box::new(prometheus::rules(reader.fields(node)))))
}

/// The text under a key as a tree, where its words say that it may be one of these.
fn document(key: &str, node: &Node, is_encoded: bool, origins: &Origins) -> Option<Node> {
    let path = || Utf8PathBuf::from(key);
    let id = if is_encoded {
        let Decoded::Text(text) = decode(node.text()?) else { return None };
        if !may_be(&text) {
            return None;
        }
        let outer = origins.get(node.origin).span?;
        let embedding = Embedding { scalar: node.origin, outer, runs: Vec::new() };
        origins.add_embedded(path(), text, embedding)?
    } else {
        node.as_str().filter(|it| may_be(it))?;
        embed(origins, node, path())?
    };
    let mut documents = yaml::parse(origins, id).documents.into_iter();
    documents.next().map(|it| it.node)
}

fn may_be(text: &str) -> bool {
    let has = |word: &str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    has("receivers") && has("route") || has("groups") && has("alert") && has("expr")
}
