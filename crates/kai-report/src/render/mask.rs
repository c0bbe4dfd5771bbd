//! Secrets leave Kai by name only.

use std::sync::Arc;

use kai_core::{Lookup, Map, Node, OriginId, Origins, Scalar, ScalarKind, Value};

pub(super) const MASK: &str = "********";
/// Where kubectl keeps a copy of the whole object.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Replaces every value of a Secret, and every value of other objects that was copied or joined
/// from one, keeping keys and origins.
pub fn mask_secrets(objects: &mut [Node], origins: &Origins) {
    let mut secret = Lookup::new();
    objects.iter_mut().for_each(|it| mask_secret(it, &mut secret));
    if !secret.is_empty() {
        let copies = Copies { secret, origins };
        objects.iter_mut().filter(|it| !is_secret(it)).for_each(|it| copies.mask(it));
    }
}

/// The object itself, or the Secrets that a list holds.
fn mask_secret(object: &mut Node, secret: &mut Lookup<OriginId, ()>) {
    if is_secret(object) {
        return mask_fields(object, secret);
    }
    // What is in such a list need not say its kind.
    let is_of_secrets = object.str_at(&["kind"]).is_some_and(|it| it.trim() == "SecretList");
    let items = object.get_mut("items").and_then(Node::seq_mut);
    items.into_iter().flatten().for_each(|it| match is_of_secrets {
        true => mask_fields(it, secret),
        false => mask_secret(it, secret),
    });
}

fn mask_fields(object: &mut Node, secret: &mut Lookup<OriginId, ()>) {
    for field in ["data", "stringData"] {
        if let Some(values) = object.get_mut(field) {
            mask_values(values, secret);
        }
    }
    if let Some(copy) = object.at_mut(&["metadata", "annotations", LAST_APPLIED]) {
        mask(copy);
    }
}

fn is_secret(object: &Node) -> bool {
    // A folded text ends in a line break.
    object.str_at(&["kind"]).is_some_and(|it| it.trim() == "Secret")
}

fn mask_values(values: &mut Node, secret: &mut Lookup<OriginId, ()>) {
    // A Secret that is not a mapping is broken, and what is broken may still be secret.
    let Some(map) = values.map_mut() else { return mask(values) };
    for entry in map.entries_mut() {
        if entry.node.origin != OriginId::NONE {
            secret.insert(entry.node.origin, ());
        }
        mask(&mut entry.node);
    }
}

fn mask(node: &mut Node) {
    let is_null = node.as_scalar().is_some_and(|it| it.kind == ScalarKind::Null);
    if !is_null {
        node.value = Value::Scalar(Scalar::string(MASK));
    }
}

/// What other objects took from Secrets.
struct Copies<'a> {
    secret: Lookup<OriginId, ()>,
    origins: &'a Origins,
}

impl Copies<'_> {
    fn mask(&self, node: &mut Node) {
        if !self.is_in(node) {
            return;
        }
        match &mut node.value {
            Value::Map(map) => {
                let entries = Arc::make_mut(map).entries_mut();
                entries.iter_mut().for_each(|it| self.mask(&mut it.node));
            }
            Value::Seq(items) => Arc::make_mut(items).iter_mut().for_each(|it| self.mask(it)),
            Value::Scalar(_) | Value::Unknown(_) => mask(node),
        }
    }

    /// Looks first, so that what holds no secret stays shared.
    fn is_in(&self, node: &Node) -> bool {
        match &node.value {
            Value::Map(map) => Map::iter(map).any(|it| self.is_in(&it.node)),
            Value::Seq(items) => items.iter().any(|it| self.is_in(it)),
            Value::Scalar(_) | Value::Unknown(_) => {
                let chain = self.origins.chain(node.origin);
                chain.iter().any(|it| self.secret.get(it).is_some())
            }
        }
    }
}
