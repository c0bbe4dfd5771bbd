//! Sprig's dictionaries. `set`, `unset` and the merges change the first one in place, as in Go.

use std::cell::RefCell;
use std::rc::Rc;

use super::convert::to_text;
use super::{Function, Kind, Outcome, function};
use crate::helm::run::Run;
use crate::helm::value::{Data, Entry, Map, MapType, Value, bounds};

const MAP_KEY: &[Kind] = &[Kind::Map, Kind::Text];

pub(super) const ALL: &[Function] = &[
    function("deepCopy", &[Kind::Any], None, deep_copy),
    function("deepEqual", &[Kind::Any, Kind::Any], None, |_, it| {
        Ok(Value::bool(it[0].is_deeply_equal(&it[1])))
    }),
    function("dict", &[], Some(Kind::Any), dict),
    function("dig", &[], Some(Kind::Any), dig),
    function("get", MAP_KEY, None, |_, it| {
        let value = map(&it[0]).borrow().get(key(&it[1])).cloned();
        Ok(value.unwrap_or_else(|| Value::text("")))
    }),
    function("hasKey", MAP_KEY, None, |_, it| {
        Ok(Value::bool(map(&it[0]).borrow().contains(key(&it[1]))))
    }),
    function("keys", &[], Some(Kind::Map), keys),
    function("merge", &[Kind::Map], Some(Kind::Map), |_, it| merge_all(&it, false)),
    function("mergeOverwrite", &[Kind::Map], Some(Kind::Map), |_, it| merge_all(&it, true)),
    function("mustDeepCopy", &[Kind::Any], None, deep_copy),
    function("mustMerge", &[Kind::Map], Some(Kind::Map), |_, it| merge_all(&it, false)),
    function("mustMergeOverwrite", &[Kind::Map], Some(Kind::Map), |_, it| merge_all(&it, true)),
    function("omit", &[Kind::Map], Some(Kind::Text), |_, it| Ok(filtered(&it, |wanted| !wanted))),
    function("pick", &[Kind::Map], Some(Kind::Text), |_, it| Ok(filtered(&it, |wanted| wanted))),
    function("pluck", &[Kind::Text], Some(Kind::Map), |_, it| {
        let key = key(&it[0]);
        let found = it[1..].iter().filter_map(|it| map(it).borrow().get(key).cloned());
        Ok(Value::list(found.collect::<Vec<_>>()))
    }),
    function("set", &[Kind::Map, Kind::Text, Kind::Any], None, |_, it| {
        map(&it[0]).borrow_mut().set(key(&it[1]), it[2].clone());
        Ok(it[0].clone())
    }),
    function("unset", MAP_KEY, None, |_, it| {
        map(&it[0]).borrow_mut().remove(key(&it[1]));
        Ok(it[0].clone())
    }),
    function("values", &[Kind::Map], None, |_, it| {
        let values: Vec<_> = map(&it[0]).borrow().values().cloned().collect();
        Ok(Value::list(values))
    }),
];

fn deep_copy(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    if arguments[0].is_nil() {
        return Err("reflect: call of reflect.Value.Type on zero Value".into());
    }
    Ok(arguments[0].deep_copy())
}

/// Arguments that a signature calls maps are maps.
fn map(value: &Value) -> Rc<RefCell<Map>> {
    value.as_map().cloned().unwrap_or_default()
}

fn key(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn dict(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let mut map = Map::new(MapType::Any);
    for pair in arguments.chunks(2) {
        let value = pair.get(1).cloned().unwrap_or_else(|| Value::text(""));
        map.set(to_text(&pair[0]).as_str(), value);
    }
    Ok(Value::map(map))
}

/// Go gives keys in any order; the order of the map is one of them.
fn keys(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let mut keys = Vec::new();
    for it in &arguments {
        for (key, entry) in map(it).borrow().iter() {
            keys.push(Value::text(key.as_str()).with_origin(entry.key_origin));
        }
    }
    Ok(Value::strings(keys))
}

fn filtered(arguments: &[Value], keeps: fn(bool) -> bool) -> Value {
    let mut result = Map::new(MapType::Any);
    for (key, entry) in map(&arguments[0]).borrow().iter() {
        let is_named = arguments[1..].iter().any(|it| it.as_str() == Some(key));
        if keeps(is_named) {
            result.insert(key.clone(), entry.clone());
        }
    }
    Value::map(result).with_origin(arguments[0].origin)
}

/// `dig "a" "b" default map`
fn dig(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let [keys @ .., otherwise, from] = arguments.as_slice() else {
        return Err("dig needs at least three arguments".into());
    };
    if keys.is_empty() {
        return Err("dig needs at least three arguments".into());
    }
    let mut at = from.clone();
    for (index, key) in keys.iter().enumerate() {
        let Data::Map(map) = &at.data else {
            let type_name = if at.is_nil() { "nil" } else { at.type_name() };
            return Err(format!(
                "interface conversion: interface {{}} is {type_name}, not map[string]interface {{}}"
            ));
        };
        if map.borrow().kind != MapType::Any {
            let kind = map.borrow().kind.as_str();
            return Err(format!(
                "interface conversion: interface {{}} is {kind}, not map[string]interface {{}}"
            ));
        }
        let Some(key) = key.as_str() else {
            let type_name = key.type_name();
            return Err(format!("interface conversion: interface {{}} is {type_name}, not string"));
        };
        let Some(value) = map.borrow().get(key).cloned() else { return Ok(otherwise.clone()) };
        if index + 1 == keys.len() {
            return Ok(value);
        }
        at = value;
    }
    Ok(otherwise.clone())
}

fn merge_all(arguments: &[Value], overwrites: bool) -> Outcome {
    let target = map(&arguments[0]);
    for source in &arguments[1..] {
        let source = map(source);
        let count = source.borrow().len();
        bounds::within(count, || merge(&target, &source, overwrites));
    }
    Ok(arguments[0].clone())
}

/// As `mergo` merges: what is empty counts as not set, on both sides.
fn merge(target: &Rc<RefCell<Map>>, source: &Rc<RefCell<Map>>, overwrites: bool) {
    if Rc::ptr_eq(target, source) {
        return;
    }
    let entries: Vec<_> =
        source.borrow().iter().map(|(key, entry)| (key.clone(), entry.clone())).collect();
    for (key, entry) in entries {
        let before = target.borrow().get(&key).cloned();
        match (&before, &entry.value.data) {
            (Some(Value { data: Data::Map(before), .. }), Data::Map(source)) => {
                let count = source.borrow().len();
                bounds::within(count, || merge(before, source, overwrites));
            }
            (Some(_), _) if overwrites && !entry.value.is_nil() => {
                target.borrow_mut().set(key, entry.value);
            }
            (Some(before), _) if before.is_true() => {}
            (Some(_), _) if !entry.value.is_true() => {}
            (None, Data::Map(source)) => {
                // What is merged in later must not change where it came from.
                let copy = Value { data: Data::Map(source.clone()), ..entry.value.clone() };
                target.borrow_mut().insert(key, Entry { value: copy, ..entry });
            }
            _ => target.borrow_mut().insert(key, entry),
        }
    }
}
