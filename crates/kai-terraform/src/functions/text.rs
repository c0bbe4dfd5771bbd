//! Functions of texts.

use crate::function::{Function, FunctionError, Parameter, Surroundings};
use crate::value::{Bound, Number, Refinement, Type, Value};
use unicode_segmentation::UnicodeSegmentation as _;

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("upper", Type::String, upper).takes(Parameter::new("str", Type::String)),
        Function::new("join", Type::String, join)
            .takes(Parameter::new("separator", Type::String))
            .takes_many(Parameter::new("lists", Type::list(Type::String)).allow_unknown()),
        Function::typed("length", length_type, length)
            .takes(Parameter::any("value").allow_dynamic().allow_unknown()),
    ]
}

fn upper(_: &dyn Surroundings, arguments: &[Value], _: &Type) -> Result<Value, FunctionError> {
    Ok(Value::string(text(&arguments[0]).to_uppercase()))
}

fn join(_: &dyn Surroundings, arguments: &[Value], ty: &Type) -> Result<Value, FunctionError> {
    let [separator, lists @ ..] = arguments else {
        return Err(FunctionError::new("at least one list is required"));
    };
    if lists.is_empty() {
        return Err(FunctionError::new("at least one list is required"));
    }
    if let Some(unknown) = lists.iter().find_map(Value::first_unknown) {
        return Ok(Value::unknown(ty.clone(), unknown.cause.clone()));
    }
    let mut parts = Vec::new();
    for (index, list) in lists.iter().enumerate() {
        for (at, element) in list.children().enumerate() {
            if element.is_null() {
                let message = format!("element {at} is null; cannot concatenate null values");
                return Err(FunctionError::of(index + 1, message));
            }
            parts.push(text(element));
        }
    }
    Ok(Value::string(parts.join(text(separator))))
}

fn length_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    let ty = arguments[0].ty();
    let is_counted = ty.is_collection() || ty.is_structural();
    if is_counted || matches!(ty, Type::String | Type::Dynamic) {
        return Ok(Type::Number);
    }
    let message = "argument must be a string, a collection type, or a structural type";
    Err(FunctionError::of(0, message))
}

fn length(_: &dyn Surroundings, arguments: &[Value], _: &Type) -> Result<Value, FunctionError> {
    let value = &arguments[0];
    let Some(unknown) = value.as_unknown() else {
        return Ok(Value::count(match value.as_str() {
            Some(text) => text.graphemes(true).count(),
            None => value.children().count(),
        }));
    };
    let known = &unknown.refinement;
    let bound = |count: usize| {
        let value = Number::from_i64(i64::try_from(count).unwrap_or(i64::MAX));
        Bound { value, is_inclusive: true }
    };
    let (min, max) = match &unknown.ty {
        Type::Tuple(elements) => (elements.len(), Some(elements.len())),
        Type::Object(object) => (object.attributes.len(), Some(object.attributes.len())),
        Type::String => (known.prefix.graphemes(true).count(), None),
        _ => (known.length_min, known.length_max),
    };
    let refinement =
        Refinement { min: Some(bound(min)), max: max.map(bound), ..Refinement::not_null() };
    Ok(Value::refined(Type::Number, refinement, unknown.cause.clone()))
}

/// The text of an argument that its parameter makes one.
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
