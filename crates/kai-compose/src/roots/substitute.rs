//! What Argo CD and Flux change in objects when they apply them: namespaces and variables.

use kai_core::{Node, OriginId, Origins, Reason, Role, ScalarKind, Unknown, Value};

use super::object;
use super::plan::Overrides;

/// Applies the overrides to every object.
pub(super) fn apply(origins: &Origins, objects: &mut [Node], overrides: &Overrides) {
    for object in objects {
        if let Some((namespace, at)) = &overrides.default_namespace {
            set_namespace(origins, object, namespace, *at);
        }
        if !overrides.variables.is_empty() || overrides.has_unknown_variables {
            substitute(origins, object, overrides);
        }
    }
}

/// Gives an object that names no namespace the one it is applied to.
fn set_namespace(origins: &Origins, object: &mut Node, namespace: &str, at: OriginId) {
    let is_written = object.at(&["metadata", "namespace"]).is_some_and(|it| !it.is_null());
    if is_written || object::is_cluster_scoped(object) {
        return;
    }
    let origin = origins.replaced(Role::Transformed, at, None);
    if let Some(metadata) = object.get_mut("metadata").and_then(Node::map_mut) {
        metadata.set("namespace", origin, Node::string(namespace, origin));
    }
}

/// Replaces `${name}` and `${name:=default}` in every text; a variable that nobody here sets makes
/// the value unknown where others may set it, and stays as it is where not.
fn substitute(origins: &Origins, node: &mut Node, overrides: &Overrides) {
    if !has_hole(node) {
        return;
    }
    match &mut node.value {
        Value::Scalar(scalar) => {
            let Filled { text, used, is_complete } = fill(&scalar.text, overrides);
            if !is_complete {
                let reason = Reason::Templated;
                node.value = Value::Unknown(Unknown { reason, text: scalar.text.clone() }.into());
                return;
            }
            let mut parents = vec![node.origin];
            parents.extend(used);
            node.origin = origins.derived(Role::Variable, None, &parents);
            scalar.text = text.into();
            if scalar.kind == ScalarKind::Str && scalar.style == kai_core::ScalarStyle::Plain {
                // Flux substitutes in the text, so that a number put into a hole is a number.
                scalar.kind = kai_syntax::yaml::resolve(&scalar.text);
            }
        }
        Value::Seq(_) => {
            for item in node.seq_mut().into_iter().flatten() {
                substitute(origins, item, overrides);
            }
        }
        Value::Map(_) => {
            let entries = node.map_mut().map(kai_core::Map::entries_mut);
            for entry in entries.into_iter().flatten() {
                entry.key = fill(&entry.key, overrides).text.into();
                substitute(origins, &mut entry.node, overrides);
            }
        }
        Value::Unknown(_) => {}
    }
}

/// Looks first, so that what has no hole stays shared.
fn has_hole(node: &Node) -> bool {
    match &node.value {
        Value::Scalar(scalar) => scalar.text.contains("${"),
        Value::Seq(items) => items.iter().any(has_hole),
        Value::Map(map) => map.iter().any(|it| it.key.contains("${") || has_hole(&it.node)),
        Value::Unknown(_) => false,
    }
}

struct Filled {
    text: String,
    used: Vec<OriginId>,
    is_complete: bool,
}

fn fill(text: &str, overrides: &Overrides) -> Filled {
    let mut filled = Filled { text: String::new(), used: Vec::new(), is_complete: true };
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((hole, after)) = after.split_once('}') else { break };
        filled.text.push_str(before);
        let end = hole.find([':', '=', '-']).unwrap_or(hole.len());
        let (name, default) = hole.split_at(end);
        let default = default.trim_start_matches([':', '=', '-']);
        match overrides.variables.iter().find(|(it, ..)| it == name) {
            Some((_, value, origin)) => {
                filled.text.push_str(value);
                filled.used.push(*origin);
            }
            None if overrides.has_unknown_variables => filled.is_complete = false,
            None if end < hole.len() => filled.text.push_str(default),
            None => {}
        }
        rest = after;
    }
    filled.text.push_str(rest);
    filled
}
