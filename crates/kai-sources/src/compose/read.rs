//! Reading the model value by value. Compose takes any scalar where it wants a text.

use kai_core::{Entry, Known, Node, OriginId, Origins, Reason, Role, ScalarKind, SmolStr, Value};

use crate::fields::items;

/// What stands at a path of keys, or why it is not known.
pub(super) fn at<T>(node: &Node, path: &[&str], read: impl FnOnce(&str) -> Option<T>) -> Known<T> {
    value(node.at(path), read)
}

/// What a node says, or why it is not known.
pub(super) fn value<T>(node: Option<&Node>, read: impl FnOnce(&str) -> Option<T>) -> Known<T> {
    let Some(node) = node else { return Known::Unknown(Reason::NotDeclared) };
    match &node.value {
        Value::Unknown(hole) => Known::Unknown(hole.reason),
        Value::Scalar(scalar) if scalar.kind == ScalarKind::Null => {
            Known::Unknown(Reason::NotDeclared)
        }
        Value::Scalar(scalar) => match read(&scalar.text) {
            Some(value) => Known::new(value, node.origin),
            None => Known::Unknown(Reason::Unreadable),
        },
        Value::Map(_) | Value::Seq(_) => Known::Unknown(Reason::Unreadable),
    }
}

pub(super) fn text(node: &Node, path: &[&str]) -> Known<SmolStr> {
    at(node, path, |it| Some(it.into()))
}

/// A number, whatever quotes it has.
pub(super) fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.trim().parse().ok()
}

/// What Compose reads as true or false.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "y" => Some(true),
        "false" | "no" | "off" | "n" => Some(false),
        _ => None,
    }
}

pub(super) fn is(node: &Node, path: &[&str]) -> bool {
    at(node, path, boolean).value() == Some(&true)
}

/// A value that nobody wrote; `owner` left it out.
pub(super) fn default<T>(value: T, owner: &Node, origins: &Origins) -> Known<T> {
    Known::new(value, origins.defaulted(Role::ProviderDefault, owner.origin))
}

/// The value, or what Compose fills in where nothing is written.
pub(super) fn or<T>(known: Known<T>, value: T, owner: &Node, origins: &Origins) -> Known<T> {
    match known {
        Known::Unknown(Reason::NotDeclared) => default(value, owner, origins),
        other => other,
    }
}

/// The entries of a mapping at a key.
pub(super) fn entries<'a>(node: &'a Node, key: &str) -> impl Iterator<Item = &'a Entry> {
    node.get(key).and_then(Node::as_map).into_iter().flatten()
}

/// The texts of a list at a key, with their origins; what stands for those that are not known.
pub(super) fn texts(node: &Node, key: &str) -> Vec<(SmolStr, OriginId)> {
    items(node, &[key]).iter().map(|it| (shown(it), it.origin)).collect()
}

/// The text of a scalar, or what stands for it.
pub(super) fn shown(node: &Node) -> SmolStr {
    match &node.value {
        Value::Scalar(scalar) => scalar.text.clone(),
        Value::Unknown(hole) => hole.text.clone(),
        Value::Map(_) | Value::Seq(_) => SmolStr::default(),
    }
}
