//! Secrets leave Kai by name only.

use kai_core::{Node, Scalar, ScalarKind, Value};

const MASK: &str = "********";
/// Where kubectl keeps a copy of the whole object.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Replaces every value of a Secret, keeping keys and origins. Other kinds stay as they are.
pub fn mask_secrets(object: &mut Node) {
    if object.str_at(&["kind"]) != Some("Secret") {
        return;
    }
    for field in ["data", "stringData"] {
        if let Some(values) = object.get_mut(field) {
            mask_values(values);
        }
    }
    if let Some(copy) = object.at_mut(&["metadata", "annotations", LAST_APPLIED]) {
        mask(copy);
    }
}

fn mask_values(values: &mut Node) {
    // A Secret that is not a mapping is broken, and what is broken may still be secret.
    let Some(map) = values.map_mut() else { return mask(values) };
    map.entries_mut().iter_mut().for_each(|it| mask(&mut it.node));
}

fn mask(node: &mut Node) {
    let is_null = node.as_scalar().is_some_and(|it| it.kind == ScalarKind::Null);
    if !is_null {
        node.value = Value::Scalar(Scalar::string(MASK));
    }
}
