//! Resources that write an object in blocks.

use std::borrow::Cow;

use kai_core::{Entry, Map, Node, OriginId, Origins, Role, Scalar, ScalarKind, SmolStr, Unknown};
use kai_terraform::roots::Instance;
use kai_terraform::value::Value;

use super::names;

/// What tells Terraform how to apply, and is no part of the object.
const APART: &[&str] = &["lifecycle", "provisioner", "connection", "timeouts", "depends_on"];

/// The object that a resource is; `values` is what it says, as far as it is known.
pub(super) fn object(instance: &Instance, values: &Value, origins: &Origins) -> Option<Node> {
    let (version, kind) = names::api(&instance.ty)?;
    let writer = Writer { origins, resource: instance.origin };
    let given = |text: &str| Node::string(text, writer.given(Role::Generated, instance.origin));
    let mut map = Map::new();
    set(&mut map, "apiVersion", given(version));
    set(&mut map, "kind", given(kind));
    for (name, value) in values.entries().into_iter().flat_map(|it| it.iter()) {
        let is_apart = APART.contains(&name.as_str()) || name.starts_with("wait_");
        if !is_apart && !value.is_null() {
            writer.add(&mut map, "", name, value);
        }
    }
    let mut object = Node::map(map, instance.origin);
    writer.adapt(&mut object, kind);
    Some(object)
}

fn set(map: &mut Map, key: &str, node: Node) {
    map.set(key, node.origin, node);
}

struct Writer<'a> {
    origins: &'a Origins,
    resource: OriginId,
}

impl Writer<'_> {
    /// What stands in no text, and is because of one that does.
    fn given(&self, role: Role, because: OriginId) -> OriginId {
        self.origins.derived(role, Some(because), &[])
    }

    /// One argument, or all blocks of one name, as a field.
    fn add(&self, map: &mut Map, around: &str, name: &str, value: &Value) {
        if names::is_map(name) || name == "selector" && is_plain(value) {
            return set(map, &names::spelled(name), texts(value));
        }
        let Some(blocks) = blocks(value) else {
            let is_list = !(value.is_known() || names::may_be_one(around, name));
            let list = names::list(around, name).filter(|_| is_list);
            let key = list.map_or_else(|| names::spelled(name), Cow::Borrowed);
            return set(map, &key, plain(around, name, value));
        };
        if around == "projected" && name == "sources" {
            let sources = blocks.iter().flat_map(|it| self.sources(it)).collect();
            return set(map, "sources", Node::seq(sources, value_origin(value, &blocks)));
        }
        if let Some(key) = names::list(around, name) {
            let items = blocks.iter().map(|it| self.block(name, it)).collect();
            return set(map, key, Node::seq(items, value_origin(value, &blocks)));
        }
        match &blocks[..] {
            [] => {}
            [one] => set(map, &names::spelled(name), self.block(name, one)),
            [first, ..] => {
                let text = SmolStr::from(format!("${{{name}}}"));
                let unknown = Unknown { reason: kai_core::Reason::Unreadable, text };
                let unknown = kai_core::Value::Unknown(unknown.into());
                set(map, &names::spelled(name), Node::new(unknown, first.origin));
            }
        }
    }

    fn block(&self, name: &str, block: &Value) -> Node {
        let Some(entries) = block.entries() else { return block.to_node() };
        let mut map = Map::new();
        for (key, value) in entries.iter().filter(|it| !it.1.is_null()) {
            self.add(&mut map, name, key, value);
        }
        Node::map(map, block.origin)
    }

    /// A projected volume may name several sources of a kind in one block.
    fn sources(&self, block: &Value) -> Vec<Node> {
        let Some(entries) = block.entries() else { return vec![block.to_node()] };
        let each = entries.iter().flat_map(|(name, value)| {
            let blocks = blocks(value).unwrap_or_default();
            blocks.into_iter().map(move |it| (name, it))
        });
        each.map(|(name, it)| {
            let mut map = Map::new();
            set(&mut map, &names::spelled(name), self.block(name, it));
            Node::map(map, it.origin)
        })
        .collect()
    }

    /// What the provider does besides giving names.
    fn adapt(&self, object: &mut Node, kind: &str) {
        match kind {
            "Secret" => encode(object),
            // Of the API it is false, of the provider true.
            "StorageClass" if object.get("allowVolumeExpansion").is_none() => {
                let origin = self.given(Role::ProviderDefault, self.resource);
                let expands = Node::new(kai_core::Value::Scalar(Scalar::bool(true)), origin);
                object.map_mut().into_iter().for_each(|it| {
                    set(it, "allowVolumeExpansion", expands.clone());
                });
            }
            "PersistentVolume" => lift(object, &["spec"], "persistentVolumeSource"),
            // Without a version in its name, the resource takes the one that it needs.
            "HorizontalPodAutoscaler" => {
                let has = |key| object.at(&["spec", key]).is_some();
                let is_second = has("metrics") || has("behavior");
                let version = object.get_mut("apiVersion");
                let is_first = |it: &&mut Node| it.as_str() == Some("autoscaling/v1");
                if let Some(version) = version.filter(is_first).filter(|_| is_second) {
                    *version = Node::string("autoscaling/v2beta2", version.origin);
                }
            }
            "Job" => self.never_restart(object, &["spec", "template", "spec"]),
            "CronJob" => {
                let path = ["spec", "jobTemplate", "spec", "template", "spec"];
                self.never_restart(object, &path);
            }
            _ => {}
        }
    }

    /// Of the API a pod is always restarted, which no job may be; of the provider it never is.
    fn never_restart(&self, object: &mut Node, path: &[&str]) {
        let Some(spec) = object.at_mut(path) else { return };
        let origin = self.given(Role::ProviderDefault, spec.origin);
        if let Some(map) = spec.map_mut().filter(|it| it.get("restartPolicy").is_none()) {
            set(map, "restartPolicy", Node::string("Never", origin));
        }
    }
}

/// The objects of a value that are blocks, one where it is written as an object.
fn blocks(value: &Value) -> Option<Vec<&Value>> {
    match (value.elements(), value.entries()) {
        (Some(all), _) => {
            let is_block = |it: &Value| it.entries().is_some();
            all.iter().all(is_block).then(|| all.iter().collect())
        }
        (None, Some(_)) => Some(vec![value]),
        (None, None) => None,
    }
}

fn value_origin(value: &Value, blocks: &[&Value]) -> OriginId {
    match blocks.first() {
        Some(first) if value.origin == OriginId::NONE => first.origin,
        _ => value.origin,
    }
}

/// True for a mapping that is no block: its values are texts.
fn is_plain(value: &Value) -> bool {
    let entries = value.entries().map(|it| it.values().all(|it| blocks(it).is_none()));
    // A block has a tuple around it.
    entries.unwrap_or_else(|| value.elements().is_none())
}

/// A mapping of the user's own; older versions of the provider write it as a block.
fn texts(value: &Value) -> Node {
    let only = value.elements().filter(|it| it.len() == 1).and_then(|it| it.first());
    let value = only.unwrap_or(value);
    let mut node = value.to_node();
    for entry in node.map_mut().into_iter().flat_map(|it| it.entries_mut()) {
        as_text(&mut entry.node);
    }
    node
}

fn as_text(node: &mut Node) {
    if let kai_core::Value::Scalar(scalar) = &mut node.value
        && scalar.kind != ScalarKind::Null
    {
        scalar.kind = ScalarKind::Str;
    }
}

/// An argument of a block: a scalar, or a list of texts.
fn plain(around: &str, name: &str, value: &Value) -> Node {
    let mut node = value.to_node();
    for item in node.seq_mut().into_iter().flatten() {
        as_text(item);
    }
    let kai_core::Value::Scalar(scalar) = &mut node.value else { return node };
    match (names::is_text(around, name), scalar.kind) {
        (true, ScalarKind::Int | ScalarKind::Float | ScalarKind::Bool) => {
            scalar.kind = ScalarKind::Str;
        }
        (false, ScalarKind::Str) => scalar.kind = kind_of(&scalar.text),
        _ => {}
    }
    node
}

/// The provider takes a text for what it says.
fn kind_of(text: &str) -> ScalarKind {
    match text {
        "true" | "false" => ScalarKind::Bool,
        // A mode of a file has eight digits to count with.
        _ if text.len() > 1 && text.starts_with('0') => ScalarKind::Str,
        _ if text.parse::<i64>().is_ok() => ScalarKind::Int,
        _ => ScalarKind::Str,
    }
}

/// What is given to the provider as text is encoded by it, and the rest is as it must be.
fn encode(secret: &mut Node) {
    let Some(map) = secret.map_mut() else { return };
    for (from, to) in [("data", "stringData"), ("binaryData", "data")] {
        if let Some(entry) = map.remove(from) {
            set(map, to, entry.node);
        }
    }
}

/// Puts the fields of a block into the block around it.
fn lift(object: &mut Node, path: &[&str], block: &str) {
    let Some(around) = object.at_mut(path).and_then(Node::map_mut) else { return };
    let Some(Entry { node, .. }) = around.remove(block) else { return };
    for entry in node.as_map().into_iter().flatten() {
        around.set(&entry.key, entry.key_origin, entry.node.clone());
    }
}
