//! The functions of `text/template` itself. `and` and `or` belong to the run, because they leave
//! arguments unevaluated.

use kai_syntax::go_template::bytes;

use super::{Function, Kind, Outcome, function};
use crate::helm::run::Run;
use crate::helm::value::{Data, MapType, Object, Text, Value, sprint, sprintf, sprintln};

pub(super) const ALL: &[Function] = &[
    function("and", &[Kind::Any], Some(Kind::Any), never),
    function("call", &[Kind::Any], Some(Kind::Any), call),
    function("html", &[], Some(Kind::Any), html),
    function("index", &[Kind::Any], Some(Kind::Any), index),
    function("js", &[], Some(Kind::Any), js),
    function("len", &[Kind::Any], None, len),
    function("not", &[Kind::Any], None, not),
    function("or", &[Kind::Any], Some(Kind::Any), never),
    function("print", &[], Some(Kind::Any), |_, it| Ok(sprint(&it).into())),
    function("printf", &[Kind::Text], Some(Kind::Any), printf),
    function("println", &[], Some(Kind::Any), |_, it| Ok(sprintln(&it).into())),
    function("urlquery", &[], Some(Kind::Any), urlquery),
];

fn never(_: &mut Run<'_>, _: Vec<Value>) -> Outcome {
    Err("is run where its arguments are evaluated".into())
}

fn call(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    match arguments.first() {
        Some(it) if it.is_nil() => Err("call of nil".into()),
        Some(it) => Err(format!("non-function of type {}", it.type_name())),
        None => Err("call of nil".into()),
    }
}

fn not(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    Ok(Value::bool(!arguments[0].is_true()))
}

fn printf(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let (format, values) = (&arguments[0], &arguments[1..]);
    Ok(format.as_text().map(|it| sprintf(it, values)).unwrap_or(Text::plain("")).into())
}

fn len(run: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let value = &arguments[0];
    let length = match &value.data {
        Data::Missing | Data::Nil => return Err("len of nil pointer".into()),
        Data::Text(text) => text.bytes().len(),
        Data::Bytes(bytes) => bytes.len(),
        Data::List(items, _) => items.len(),
        Data::Map(map) => map.borrow().len(),
        Data::Object(object) => match &**object {
            Object::Files(files) => files.len(),
            Object::Versions(versions) => versions.len(),
            Object::Struct(_) | Object::Time(_) => {
                return Err(format!("len of type {}", value.type_name()));
            }
        },
        _ => return Err(format!("len of type {}", value.type_name())),
    };
    let length = Value::int(i64::try_from(length).unwrap_or(i64::MAX));
    Ok(length.with_origin(run.computed(&arguments)))
}

fn index(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let mut item = arguments[0].clone();
    if item.is_nil() {
        return Err("index of untyped nil".into());
    }
    for index in &arguments[1..] {
        item = one_index(&item, index)?;
    }
    Ok(item)
}

fn one_index(item: &Value, index: &Value) -> Outcome {
    match &item.data {
        Data::Missing | Data::Nil => Err("index of nil pointer".into()),
        Data::Map(map) => {
            let map = map.borrow();
            let Some(key) = index.as_str() else {
                return Err(match index.is_nil() {
                    true => "value is nil; should be of type string".into(),
                    false => format!("value has type {}; should be string", index.type_name()),
                });
            };
            Ok(map.get(key).cloned().unwrap_or(match map.kind {
                MapType::Strings => Value::text(""),
                MapType::Any | MapType::Values => Value::NIL,
            }))
        }
        Data::List(items, _) => Ok(items[position(index, items.len(), false)?].clone()),
        Data::Text(text) => {
            let bytes = text.bytes();
            Ok(Value::byte(bytes[position(index, bytes.len(), false)?]))
        }
        Data::Bytes(bytes) => Ok(Value::byte(bytes[position(index, bytes.len(), false)?])),
        _ => Err(format!("can't index item of type {}", item.type_name())),
    }
}

/// The place of an element; `is_end` allows the place behind the last one.
pub(super) fn position(index: &Value, length: usize, is_end: bool) -> Result<usize, String> {
    let at = match index.data {
        Data::Int(at, _) => at,
        Data::Unsigned(at) => i64::try_from(at).unwrap_or(i64::MAX),
        Data::Missing | Data::Nil => return Err("cannot index slice/array with nil".into()),
        _ => {
            let type_name = index.type_name();
            return Err(format!("cannot index slice/array with type {type_name}"));
        }
    };
    usize::try_from(at)
        .ok()
        .filter(|&it| it < length || is_end && it == length)
        .ok_or_else(|| format!("index out of range: {at}"))
}

/// The arguments as one text, as Go's escapers take them.
fn joined(arguments: &[Value]) -> String {
    if let [only] = arguments
        && only.is_nil()
    {
        return "<no value>".into();
    }
    sprint(arguments).as_str().to_owned()
}

fn html(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let mut out = String::new();
    for character in joined(&arguments).chars() {
        match character {
            '\0' => out.push('\u{fffd}'),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            it => out.push(it),
        }
    }
    Ok(Value::text(out))
}

fn js(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let mut out = String::new();
    for character in joined(&arguments).chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            '\'' => out.push_str("\\'"),
            '"' => out.push_str("\\\""),
            '<' | '>' | '&' | '=' | '\0'..='\u{1f}' => {
                out.push_str(&format!("\\u{:04X}", u32::from(character)));
            }
            it if it.is_ascii() || kai_syntax::go_template::is_printable(it) => out.push(it),
            it => out.push_str(&format!("\\u{:04X}", u32::from(it))),
        }
    }
    Ok(Value::text(out))
}

fn urlquery(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let mut out = String::new();
    for &byte in &*bytes::of_text(&joined(&arguments)) {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(byte.into());
            }
            b' ' => out.push('+'),
            it => out.push_str(&format!("%{it:02X}")),
        }
    }
    Ok(Value::text(out))
}
