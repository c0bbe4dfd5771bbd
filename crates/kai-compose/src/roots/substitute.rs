//! What Argo CD and Flux change in objects when they apply them: namespaces and variables.

use kai_core::{Node, OriginId, Origins, Reason, Role, ScalarKind, Unknown, Value};

use super::envsubst::{self, Filled, fill};
use super::object;
use super::plan::Overrides;

/// Applies the overrides to every object.
pub(super) fn apply(origins: &Origins, objects: &mut [Node], overrides: &Overrides) {
    for object in objects {
        if let Some((namespace, at)) = &overrides.default_namespace {
            set_namespace(origins, object, namespace, *at);
        }
        let has_variables = !overrides.variables.is_empty() || overrides.has_unknown_variables;
        if has_variables && !is_excepted(object) {
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

/// Fills the variables in every text; one that nobody here sets makes
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
        Value::Scalar(scalar) => envsubst::has_hole(&scalar.text),
        Value::Seq(items) => items.iter().any(has_hole),
        Value::Map(map) => map.iter().any(|it| envsubst::has_hole(&it.key) || has_hole(&it.node)),
        Value::Unknown(_) => false,
    }
}

/// True for an object that asks to be left as it is written.
fn is_excepted(object: &Node) -> bool {
    const KEY: &str = "kustomize.toolkit.fluxcd.io/substitute";
    let says = |field: &str| object.str_at(&["metadata", field, KEY]) == Some("disabled");
    says("annotations") || says("labels")
}
