//! Functions of maps and objects.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::arguments::{Outcome, elements, list_like, text, texts, to_come};
use crate::function::{Function, FunctionError, Parameter, Surroundings};
use crate::value::{Data, Marks, Type, Value};

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::typed("keys", keys_type, keys)
            .takes(Parameter::any("inputMap").allow_unknown().allow_marked()),
        Function::typed("lookup", lookup_type, lookup)
            .takes(Parameter::any("inputMap").allow_marked())
            .takes(Parameter::new("key", Type::String).allow_marked())
            .takes_many(
                Parameter::any("default")
                    .allow_unknown()
                    .allow_dynamic()
                    .allow_null()
                    .allow_marked(),
            )
            .may_be_null(),
        Function::typed("merge", merge_type, merge)
            .takes_many(Parameter::any("maps").allow_dynamic().allow_null().allow_marked()),
        Function::new("transpose", Type::map(Type::list(Type::String)), transpose)
            .takes(Parameter::new("values", Type::map(Type::list(Type::String)))),
        Function::typed("values", values_type, |_, it, ty| {
            let all = it[0].entries().map(|it| it.values().cloned().collect());
            Ok(list_like(ty, all.unwrap_or_default()).marked(it[0].marks))
        })
        .takes(Parameter::any("mapping").allow_marked()),
        Function::typed("zipmap", zipmap_type, zipmap)
            .takes(Parameter::new("keys", Type::list(Type::String)).allow_marked())
            .takes(Parameter::any("values").allow_marked()),
    ]
}

fn keys_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    match arguments[0].ty() {
        Type::Map(_) => Ok(Type::list(Type::String)),
        Type::Object(object) => Ok(Type::tuple(vec![Type::String; object.attributes.len()])),
        _ => Err(FunctionError::of(0, "must have map or object type")),
    }
}

fn keys(_: &dyn Surroundings, arguments: &[Value], ty: &Type) -> Outcome {
    let map = &arguments[0];
    let names: Vec<Value> = match (&map.data, map.ty()) {
        (Data::Map(_, entries), _) => entries.keys().cloned().map(Value::string).collect(),
        // The names of attributes are known before their values are.
        (_, Type::Object(object)) => object.attributes.keys().cloned().map(Value::string).collect(),
        _ => return Ok(to_come(ty, [map]).unwrap_or_else(|| texts([""; 0])).marked(map.marks)),
    };
    Ok(list_like(ty, names).marked(map.marks))
}

fn lookup_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    let (map, key, default) = match arguments {
        [map, key] => (map, key, None),
        [map, key, default] => (map, key, Some(default)),
        _ => {
            let message = format!("lookup() takes two or three arguments, got {}", arguments.len());
            return Err(FunctionError::new(message));
        }
    };
    match map.outer_type() {
        Type::Object(_) if !key.is_known() => Ok(Type::Dynamic),
        Type::Object(object) => {
            let found = match &map.data {
                Data::Object(attributes) => attributes.get(text(key)).map(Value::ty),
                _ => object.attributes.get(text(key)).cloned(),
            };
            found.or_else(|| default.map(Value::ty)).ok_or_else(|| {
                let message = format!("the given object has no attribute {:?}", text(key));
                FunctionError::of(0, message)
            })
        }
        Type::Map(element) => {
            if default.is_some_and(|it| it.convert(&element).is_err()) {
                let message = "the default value must have the same type as the map elements";
                return Err(FunctionError::of(2, message));
            }
            Ok((*element).clone())
        }
        _ => Err(FunctionError::of(0, "lookup() requires a map as the first argument")),
    }
}

fn lookup(_: &dyn Surroundings, arguments: &[Value], ty: &Type) -> Outcome {
    let (map, key) = (&arguments[0], &arguments[1]);
    let marks = map.marks.and(key.marks);
    let found = map.entries().and_then(|it| it.get(text(key)));
    let value = match (found, arguments.get(2)) {
        (Some(value), _) => value.clone(),
        (None, Some(default)) => {
            default.convert(ty).map_err(|it| FunctionError::new(it.message))?
        }
        (None, None) => {
            let message = match key.marks.is_sensitive {
                true => "lookup failed to find key (sensitive value)".to_owned(),
                false => format!("lookup failed to find key {:?}", text(key)),
            };
            return Err(FunctionError::new(message));
        }
    };
    Ok(value.marked(marks))
}

fn merge_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    let mut attributes = BTreeMap::new();
    let mut types = Vec::new();
    let mut is_open = false;
    for it in arguments {
        match it.ty() {
            Type::Dynamic => return Ok(Type::Dynamic),
            Type::Object(_) if it.is_null() => types.push(Type::object(BTreeMap::new())),
            Type::Object(object) => {
                let named = object.attributes.iter();
                attributes.extend(named.map(|(name, ty)| (name.clone(), ty.clone())));
                types.push(Type::Object(object));
            }
            Type::Map(element) => {
                is_open |= !it.is_known();
                let keys = it.entries().into_iter().flat_map(|it| it.keys().cloned());
                attributes.extend(keys.map(|it| (it, (*element).clone())));
                types.push(Type::Map(element));
            }
            other => {
                let message =
                    format!("arguments must be maps or objects, got {:?}", other.friendly());
                return Err(FunctionError::new(message));
            }
        }
    }
    let Some(first) = types.first() else { return Ok(Type::object(BTreeMap::new())) };
    if types.iter().all(|it| it == first) {
        return Ok(first.clone());
    }
    Ok(if is_open { Type::Dynamic } else { Type::object(attributes) })
}

fn merge(_: &dyn Surroundings, arguments: &[Value], ty: &Type) -> Outcome {
    let mut marks = Marks::NONE;
    let mut merged = BTreeMap::new();
    for it in arguments.iter().filter(|it| !it.is_null()) {
        marks = marks.and(it.marks);
        let entries = it.entries().into_iter().flat_map(|it| it.iter());
        merged.extend(entries.map(|(key, value)| (key.clone(), value.clone())));
    }
    Ok(map_like(ty, merged).marked(marks))
}

/// A map by its type, or an object.
fn map_like(ty: &Type, entries: BTreeMap<SmolStr, Value>) -> Value {
    match ty {
        Type::Map(element) => Value::map((**element).clone(), entries),
        _ => Value::object(entries),
    }
}

fn transpose(_: &dyn Surroundings, arguments: &[Value], ty: &Type) -> Outcome {
    if let Some(value) = to_come(ty, arguments) {
        return Ok(value);
    }
    let mut turned: BTreeMap<SmolStr, Vec<SmolStr>> = BTreeMap::new();
    let entries = arguments[0].entries().into_iter().flat_map(|it| it.iter());
    for (key, list) in entries {
        if list.is_null() {
            return Err(FunctionError::new("input must not contain null list"));
        }
        for it in elements(list) {
            if it.is_null() {
                return Err(FunctionError::new("input list must not contain null string"));
            }
            turned.entry(text(it).into()).or_default().push(key.clone());
        }
    }
    let lists = turned.into_iter().map(|(key, mut keys)| {
        keys.sort();
        (key, texts(keys))
    });
    Ok(Value::map(Type::list(Type::String), lists.collect()))
}

fn values_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    match arguments[0].ty() {
        Type::Map(element) => Ok(Type::List(element)),
        Type::Object(object) => {
            Ok(Type::tuple(object.attributes.values().cloned().collect::<Vec<_>>()))
        }
        _ => Err(FunctionError::new("values() requires a map as the first argument")),
    }
}

fn zipmap_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    let (keys, values) = (&arguments[0], &arguments[1]);
    let types = match values.ty() {
        Type::List(element) => return Ok(Type::Map(element)),
        Type::Tuple(types) => types,
        _ => return Err(FunctionError::new("values argument must be a list or tuple value")),
    };
    if !keys.is_wholly_known() {
        return Ok(Type::Dynamic);
    }
    let names = elements(keys);
    check_lengths(names.len(), types.len())?;
    let mut attributes = BTreeMap::new();
    for (at, (name, ty)) in names.iter().zip(types.iter()).enumerate() {
        check_key(at, name)?;
        attributes.insert(text(name).into(), ty.clone());
    }
    Ok(Type::object(attributes))
}

fn check_lengths(keys: usize, values: usize) -> Result<(), FunctionError> {
    if keys == values {
        return Ok(());
    }
    let message = format!("number of keys ({keys}) does not match number of values ({values})");
    Err(FunctionError::new(message))
}

fn check_key(at: usize, key: &Value) -> Result<(), FunctionError> {
    match key.is_null() {
        true => Err(FunctionError::new(format!("keys list has null value at index {at}"))),
        false => Ok(()),
    }
}

fn zipmap(_: &dyn Surroundings, arguments: &[Value], ty: &Type) -> Outcome {
    let (keys, values) = (&arguments[0], &arguments[1]);
    let mut marks = keys.marks.and(values.marks);
    if let Some(value) = to_come(ty, [keys]) {
        return Ok(value.marked(marks));
    }
    let (names, values) = (elements(keys), elements(values));
    check_lengths(names.len(), values.len())?;
    let mut entries = BTreeMap::new();
    for (at, (name, value)) in names.iter().zip(values).enumerate() {
        check_key(at, name)?;
        marks = marks.and(name.marks);
        entries.insert(text(name).into(), value.clone());
    }
    Ok(map_like(ty, entries).marked(marks))
}
