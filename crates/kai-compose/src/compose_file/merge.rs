//! How a later file, or a service that extends another, changes a model.
//!
//! Mappings merge, lists grow, and items that mean the same place (a port, a mount's target, a
//! config's target) are replaced; commands and health checks are replaced as a whole. Learned from
//! compose-go's `override` package.

use kai_core::{Entry, Map, Node, Origins, Role, SmolStr, Value};

use super::canonical::text_of;

/// The model after `over` was laid on `base`.
pub(super) fn merge(base: &Node, over: &Node, origins: &Origins) -> Node {
    merge_at(base, over, "", origins)
}

fn merge_at(base: &Node, over: &Node, key: &str, origins: &Origins) -> Node {
    if over.is_null() {
        return base.clone();
    }
    match (&base.value, &over.value) {
        (Value::Map(left), Value::Map(right)) if key == "logging" && !same_driver(left, right) => {
            replaced(base, over, origins)
        }
        (Value::Map(left), Value::Map(right)) => merge_maps(base, left, right, origins),
        (Value::Seq(left), Value::Seq(right)) if !is_replaced(key) => {
            Node::seq(merge_lists(left, right, key), base.origin)
        }
        _ => replaced(base, over, origins),
    }
}

fn merge_maps(base: &Node, left: &Map, right: &Map, origins: &Origins) -> Node {
    let mut result = left.clone();
    for Entry { key, key_origin, node } in right {
        let merged = match left.get(key) {
            Some(before) => merge_at(before, node, key, origins),
            None => node.clone(),
        };
        result.set(key, *key_origin, merged);
    }
    Node::map(result, base.origin)
}

fn replaced(base: &Node, over: &Node, origins: &Origins) -> Node {
    let origin = origins.replaced(Role::Patched, over.origin, Some(base.origin));
    Node::new(over.value.clone(), origin)
}

fn same_driver(left: &Map, right: &Map) -> bool {
    match (left.get("driver"), right.get("driver")) {
        (Some(left), Some(right)) => left.text() == right.text(),
        _ => true,
    }
}

fn is_replaced(key: &str) -> bool {
    matches!(key, "command" | "entrypoint" | "test")
}

/// Items of `right` take the place of those that mean the same, or come last.
fn merge_lists(left: &[Node], right: &[Node], key: &str) -> Vec<Node> {
    let mut result: Vec<Node> = Vec::with_capacity(left.len() + right.len());
    for item in left.iter().chain(right) {
        let place = identity(item, key).and_then(|it| {
            result.iter().position(|other| identity(other, key).as_ref() == Some(&it))
        });
        match place {
            Some(at) => result[at] = item.clone(),
            None => result.push(item.clone()),
        }
    }
    result
}

/// What an item means, where a list holds each meaning once.
fn identity(item: &Node, key: &str) -> Option<Vec<SmolStr>> {
    let of = |key: &str, default: &str| item.get(key).map_or_else(|| default.into(), text_of);
    match key {
        "ports" => Some(vec![
            of("host_ip", "0.0.0.0"),
            of("published", ""),
            of("target", ""),
            of("protocol", "tcp"),
        ]),
        "volumes" => Some(vec![of("target", "")]),
        "configs" | "secrets" if item.get("target").is_some() => Some(vec![of("target", "")]),
        "configs" | "secrets" => Some(vec![of("source", "")]),
        "env_file" => Some(vec![of("path", "")]),
        _ => item.text().map(|it| vec![it.into()]),
    }
}
