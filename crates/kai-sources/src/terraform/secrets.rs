//! Keys, tokens and passwords that programs of a cloud are given in the clear.

use kai_core::OriginId;
use kai_graph::Material;
use kai_terraform::roots::Instance;
use kai_terraform::value::Value;
use serde_json::Value as Json;

use super::images::written;
use crate::material::{Place, in_value};

/// Those in a mapping of variables, however deep it lies.
pub(super) fn in_variables(value: &Value, into: &mut Vec<Material>) {
    if let Some(entries) = value.entries() {
        for (key, value) in entries.iter() {
            match value.as_str() {
                Some(text) => add(key, text, value.origin, into),
                None => in_variables(value, into),
            }
        }
    } else if let Some(elements) = value.elements() {
        elements.iter().for_each(|it| in_variables(it, into));
    }
}

/// Those in blocks with a `name` and a `value`, however deep they lie. Other arguments name secrets.
pub(super) fn in_blocks(value: &Value, into: &mut Vec<Material>) {
    if let Some(entries) = value.entries() {
        let name = entries.get("name").and_then(Value::as_str);
        if let (Some(name), Some(value)) = (name, entries.get("value"))
            && let Some(text) = value.as_str()
        {
            add(name, text, value.origin, into);
        }
        entries.values().for_each(|it| in_blocks(it, into));
    } else if let Some(elements) = value.elements() {
        elements.iter().for_each(|it| in_blocks(it, into));
    }
}

/// Those in the `environment` of a list of containers as JSON, as task definitions have it.
pub(super) fn in_definitions(value: &Value, all: &[Instance]) -> Vec<Material> {
    let mut found = Vec::new();
    let Ok(Json::Array(containers)) = serde_json::from_str(&written(value, all)) else {
        return found;
    };
    let variables = containers.iter().filter_map(|it| it.get("environment")?.as_array()).flatten();
    for variable in variables {
        let text = |key: &str| variable.get(key).and_then(Json::as_str);
        if let (Some(name), Some(text)) = (text("name"), text("value")) {
            add(name, text, value.origin, &mut found);
        }
    }
    found
}

/// A text of which a part is filled in later stands for another one.
fn add(key: &str, text: &str, origin: OriginId, into: &mut Vec<Material>) {
    if text.contains(kai_graph::HOLE) {
        return;
    }
    let found = in_value(key, text, Place::Open);
    into.extend(found.iter().map(|it| it.material(&key.into(), text, origin)));
}
