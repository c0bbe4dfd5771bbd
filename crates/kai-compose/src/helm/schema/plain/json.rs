//! What a value is when it is written as JSON.

use kai_core::{Node, ScalarKind, Value as NodeValue};
use serde_json::Value;

use super::known::{Known, all, not, strings};

/// The kinds of values that JSON has.
pub(super) enum Json<'a> {
    Null,
    Bool(bool),
    Int(f64),
    Float(f64),
    Text(&'a str),
    List,
    Table,
}

pub(super) fn json_of(value: &Node) -> Json<'_> {
    let scalar = match &value.value {
        NodeValue::Scalar(scalar) => scalar,
        NodeValue::Unknown(it) => return Json::Text(&it.text),
        NodeValue::Seq(_) => return Json::List,
        NodeValue::Map(_) => return Json::Table,
    };
    let number = || scalar.as_float().filter(|it| it.is_finite());
    match (scalar.kind, number()) {
        (ScalarKind::Null, _) => Json::Null,
        (ScalarKind::Bool, _) => Json::Bool(scalar.as_bool() == Some(true)),
        (ScalarKind::Int, Some(number)) => Json::Int(number),
        (ScalarKind::Float, Some(number)) => Json::Float(number),
        // JSON has no word for what is no number.
        _ => Json::Text(&scalar.text),
    }
}

pub(super) fn text_of(value: &Node) -> Option<&str> {
    if let Json::Text(text) = json_of(value) { Some(text) } else { None }
}

pub(super) fn has_type(rule: &Value, value: &Node) -> Known {
    let json = json_of(value);
    let is = |name: &str| match json {
        Json::Null => Some(name == "null"),
        Json::Bool(_) => Some(name == "boolean"),
        Json::Int(_) => Some(matches!(name, "integer" | "number")),
        // A whole number is an integer however it is written.
        Json::Float(it) if name == "integer" && it.fract() == 0.0 => None,
        Json::Float(_) => Some(name == "number"),
        Json::Text(_) => Some(name == "string"),
        Json::List => Some(name == "array"),
        Json::Table => Some(name == "object"),
    };
    match rule {
        Value::String(name) => is(name),
        names => not(all(strings(names).map(|it| not(is(it))))),
    }
}

/// Numbers and collections are equal in more than one way of writing them.
pub(super) fn is_one_of(list: &[Value], value: &Node) -> Known {
    match json_of(value) {
        Json::Null => Some(list.contains(&Value::Null)),
        Json::Bool(it) => Some(list.contains(&Value::Bool(it))),
        Json::Text(it) => Some(list.iter().any(|one| one.as_str() == Some(it))),
        Json::Int(_) | Json::Float(_) | Json::List | Json::Table => None,
    }
}

pub(super) fn compare(value: &Node, bound: &Value, holds: impl Fn(f64, f64) -> bool) -> Known {
    /// Below it a double holds every whole number.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let (Json::Int(number) | Json::Float(number)) = json_of(value) else { return Some(true) };
    let bound = bound.as_f64().filter(|it| it.abs() < EXACT && number.abs() < EXACT)?;
    Some(holds(number, bound))
}
