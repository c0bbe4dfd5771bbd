//! Values to TOML, as Go's `BurntSushi/toml` writes it, and back.

use kai_core::OriginId;

use super::convert::to_text;
use super::{Function, Kind, Outcome, function};
use crate::helm::run::Run;
use crate::helm::value::{Data, Map, MapType, Object, Text, Value, bounds, go_float};

pub(super) const ALL: &[Function] = &[
    function("fromToml", &[Kind::Text], None, from_toml),
    function("toToml", &[Kind::Any], None, |_, it| {
        let text = to_toml(&it[0]).unwrap_or_else(|message| message);
        Ok(Text::new(text, it[0].origin).into())
    }),
];

/// The text, or what cannot be written.
fn to_toml(value: &Value) -> Result<String, String> {
    let mut out = String::new();
    match &value.data {
        Data::Map(map) => bounded_table(&mut out, &[], &map.borrow())?,
        _ => element(&mut out, value)?,
    }
    Ok(out)
}

fn bounded_table(out: &mut String, path: &[&str], map: &Map) -> Result<(), String> {
    // The whole path stands above each table.
    let bytes = path.iter().map(|it| it.len()).sum();
    let walk = || if bounds::copies(bytes) { table(out, path, map) } else { Ok(()) };
    bounds::within(map.len() + path.len(), walk).unwrap_or(Ok(()))
}

/// Plain entries first, then tables, both by name.
fn table(out: &mut String, path: &[&str], map: &Map) -> Result<(), String> {
    let indent = "  ".repeat(path.len());
    let entries = || map.iter().filter(|(_, it)| !it.value.is_nil());
    for (key, entry) in entries().filter(|(_, it)| !is_table(&it.value)) {
        out.push_str(&indent);
        push_key(out, key);
        out.push_str(" = ");
        element(out, &entry.value)?;
        out.push('\n');
    }
    for (key, entry) in entries().filter(|(_, it)| is_table(&it.value)) {
        let path: Vec<&str> = path.iter().copied().chain([key.as_str()]).collect();
        let mut name = String::new();
        for (index, part) in path.iter().enumerate() {
            if index > 0 {
                name.push('.');
            }
            push_key(&mut name, part);
        }
        match &entry.value.data {
            Data::Map(inner) => {
                if path.len() == 1 && !out.is_empty() {
                    out.push('\n');
                }
                out.push_str(&format!("{indent}[{name}]\n"));
                bounded_table(out, &path, &inner.borrow())?;
            }
            Data::List(items, _) => {
                for item in items.iter() {
                    if !out.is_empty() {
                        out.push('\n');
                    }
                    out.push_str(&format!("{indent}[[{name}]]\n"));
                    if let Some(inner) = item.as_map() {
                        bounded_table(out, &path, &inner.borrow())?;
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// A map, or a list of nothing but maps.
fn is_table(value: &Value) -> bool {
    match &value.data {
        Data::Map(_) => true,
        Data::List(items, _) => !items.is_empty() && items.iter().all(|it| it.as_map().is_some()),
        _ => false,
    }
}

fn push_key(out: &mut String, key: &str) {
    let is_bare = |it: u8| it.is_ascii_alphanumeric() || it == b'_' || it == b'-';
    if !key.is_empty() && key.bytes().all(is_bare) {
        out.push_str(key);
    } else {
        push_text(out, key);
    }
}

fn push_text(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\0'..='\u{1f}' | '\u{7f}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            it => out.push(it),
        }
    }
    out.push('"');
}

fn element(out: &mut String, value: &Value) -> Result<(), String> {
    match &value.data {
        Data::Missing | Data::Nil => {
            return Err("toml: cannot encode array with nil element".into());
        }
        Data::Float(number) => {
            let text = go_float(*number);
            let is_whole = !text.contains(['.', 'e', 'I', 'N']);
            out.push_str(&text);
            out.push_str(if is_whole { ".0" } else { "" });
        }
        Data::Text(text) => push_text(out, text.as_str()),
        Data::List(items, _) => {
            out.push('[');
            let walk = || {
                items.iter().enumerate().try_for_each(|(index, item)| {
                    out.push_str(if index > 0 { ", " } else { "" });
                    element(out, item)
                })
            };
            bounds::within(items.len(), walk).unwrap_or(Ok(()))?;
            out.push(']');
        }
        Data::Map(map) => {
            out.push('{');
            let map = map.borrow();
            let walk = || {
                map.iter().enumerate().try_for_each(|(index, (key, entry))| {
                    out.push_str(if index > 0 { ", " } else { "" });
                    push_key(out, key);
                    out.push_str(" = ");
                    element(out, &entry.value)
                })
            };
            bounds::within(map.len(), walk).unwrap_or(Ok(()))?;
            out.push('}');
        }
        Data::Object(object) if let Object::Time(moment) = &**object => {
            out.push_str(&super::format_time(moment, "2006-01-02T15:04:05.999999999Z07:00"));
        }
        _ => out.push_str(&value.to_plain_string()),
    }
    Ok(())
}

fn from_toml(run: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let text = to_text(&arguments[0]);
    let origin = text.origin(run.origins);
    Ok(match text.as_str().parse::<toml::Table>() {
        Ok(table) => from_value(toml::Value::Table(table), origin),
        Err(error) => {
            let mut map = Map::new(MapType::Any);
            map.set("Error", Value::text(error.message()));
            Value::map(map)
        }
    })
}

fn from_value(value: toml::Value, origin: OriginId) -> Value {
    match value {
        toml::Value::String(text) => Text::new(text, origin).into(),
        toml::Value::Integer(number) => Value::int64(number).with_origin(origin),
        toml::Value::Float(number) => Value::float(number).with_origin(origin),
        toml::Value::Boolean(value) => Value::bool(value).with_origin(origin),
        toml::Value::Datetime(moment) => Text::new(moment.to_string(), origin).into(),
        toml::Value::Array(items) => {
            let items = items.into_iter().map(|it| from_value(it, origin));
            Value::list(items.collect::<Vec<_>>()).with_origin(origin)
        }
        toml::Value::Table(table) => {
            let mut map = Map::new(MapType::Any);
            for (key, value) in table {
                map.set(key, from_value(value, origin));
            }
            Value::map(map).with_origin(origin)
        }
    }
}
