//! Methods of Go's types that templates may call.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kai_core::{Node, OriginId};
use kai_syntax::go_template::bytes;
use kai_syntax::yaml;

use super::{Kind, Outcome, Signature, dates, paths, versions};
use crate::helm::chart;
use crate::helm::glob::Glob;
use crate::helm::value::{Data, MapType, Object, Text, Value};

/// A method: what it takes, and what it does with its receiver.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Method {
    pub(crate) signature: Signature,
    pub(crate) run: fn(&Value, &[Value]) -> Outcome,
}

/// A method and what it is called on.
#[derive(Debug, Clone)]
pub(crate) struct Bound {
    pub(crate) receiver: Value,
    pub(crate) method: Method,
}

const NOTHING: &[Kind] = &[];
const TEXT: &[Kind] = &[Kind::Text];

/// The method of a value by name.
pub(crate) fn of(receiver: &Value, name: &str) -> Option<Method> {
    match &receiver.data {
        Data::Map(map) if map.borrow().kind == MapType::Values => of_values(name),
        Data::Object(object) => match &**object {
            Object::Files(_) => of_files(name),
            Object::Struct(it) if it.text.is_some() => of_version(name),
            Object::Versions(_) if name == "Has" => method(TEXT, has_version),
            Object::Time(_) => of_time(name),
            _ => None,
        },
        _ => None,
    }
}

fn method(parameters: &'static [Kind], run: fn(&Value, &[Value]) -> Outcome) -> Option<Method> {
    Some(Method { signature: Signature { parameters, rest: None }, run })
}

fn text(arguments: &[Value]) -> &str {
    arguments.first().and_then(Value::as_str).unwrap_or_default()
}

fn has_version(receiver: &Value, arguments: &[Value]) -> Outcome {
    let Data::Object(object) = &receiver.data else { return Ok(Value::bool(false)) };
    let wanted = text(arguments);
    Ok(Value::bool(matches!(&**object, Object::Versions(it) if it.iter().any(|it| it == wanted))))
}

/// `chartutil.Values`
fn of_values(name: &str) -> Option<Method> {
    match name {
        "AsMap" => method(NOTHING, |it, _| Ok(plain(it))),
        "PathValue" => method(TEXT, |it, path| path_value(it, text(path))),
        "Table" => method(TEXT, |it, path| table(it, text(path))),
        "YAML" => method(NOTHING, |it, _| {
            let origins = kai_core::Origins::new();
            Ok(Value::text(yaml::emit(&it.to_node(&origins))))
        }),
        _ => None,
    }
}

/// The same map, shared, without the methods.
fn plain(values: &Value) -> Value {
    let Some(map) = values.as_map() else { return values.clone() };
    let mut copy = map.borrow().clone();
    copy.kind = MapType::Any;
    Value::map(copy).with_origin(values.origin)
}

fn table(values: &Value, path: &str) -> Outcome {
    let mut at = values.clone();
    for key in path.split('.') {
        let inner = at.as_map().and_then(|it| it.borrow().get(key).cloned());
        at = inner
            .filter(|it| it.as_map().is_some())
            .ok_or_else(|| format!("{key:?} is not a table"))?;
    }
    if let Some(map) = at.as_map() {
        let mut copy = map.borrow().clone();
        copy.kind = MapType::Values;
        return Ok(Value::map(copy).with_origin(at.origin));
    }
    Ok(at)
}

fn path_value(values: &Value, path: &str) -> Outcome {
    if path.is_empty() {
        return Err("YAML path cannot be empty".into());
    }
    let (above, key) =
        path.rsplit_once('.').map_or((None, path), |(above, key)| (Some(above), key));
    let holder = match above {
        Some(above) => table(values, above).map_err(|_| format!("{above:?} is not a value"))?,
        None => values.clone(),
    };
    let found = holder.as_map().and_then(|it| it.borrow().get(key).cloned());
    found.filter(|it| it.as_map().is_none()).ok_or_else(|| format!("{key:?} is not a value"))
}

/// Versions, of Kubernetes and semantic ones.
fn of_version(name: &str) -> Option<Method> {
    const OTHER: &[Kind] = &[Kind::Any];
    match name {
        "GitVersion" | "String" => method(NOTHING, |it, _| Ok(Value::text(it.to_plain_string()))),
        "Compare" => method(OTHER, |it, other| compared(it, other, |it| it as i64)),
        "Equal" => method(OTHER, |it, other| compared(it, other, Ordering::is_eq)),
        "GreaterThan" => method(OTHER, |it, other| compared(it, other, Ordering::is_gt)),
        "IncMajor" => method(NOTHING, |it, _| versions::next(it, |it| (it.0 + 1, 0, 0))),
        "IncMinor" => method(NOTHING, |it, _| versions::next(it, |it| (it.0, it.1 + 1, 0))),
        "IncPatch" => method(NOTHING, |it, _| versions::next(it, |it| (it.0, it.1, it.2 + 1))),
        "LessThan" => method(OTHER, |it, other| compared(it, other, Ordering::is_lt)),
        _ => None,
    }
}

fn compared<T: Into<Answer>>(
    receiver: &Value,
    arguments: &[Value],
    answer: fn(Ordering) -> T,
) -> Outcome {
    let other = arguments.first().ok_or("there is no other version")?;
    Ok(match answer(versions::of(receiver)?.cmp(&versions::of(other)?)).into() {
        Answer::Bool(value) => Value::bool(value),
        Answer::Int(value) => Value::int(value),
    })
}

/// What a comparison of versions gives.
enum Answer {
    Bool(bool),
    Int(i64),
}

impl From<bool> for Answer {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Answer {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

/// `time.Time`
fn of_time(name: &str) -> Option<Method> {
    const NUMBERS: &[Kind] = &[Kind::Int, Kind::Int, Kind::Int];
    match name {
        "AddDate" => method(NUMBERS, |it, parts| {
            dates::add_date(&moment(it), parts).map(|date| date.with_origin(it.origin))
        }),
        "Day" => method(NOTHING, |it, _| Ok(part(it, moment(it).day()))),
        "Format" => method(TEXT, |it, layout| Ok(format(it, text(layout)))),
        "Hour" => method(NOTHING, |it, _| Ok(part(it, moment(it).hour()))),
        "Minute" => method(NOTHING, |it, _| Ok(part(it, moment(it).minute()))),
        "Month" => method(NOTHING, |it, _| Ok(format(it, "January"))),
        "Second" => method(NOTHING, |it, _| Ok(part(it, moment(it).second()))),
        "String" => method(NOTHING, |it, _| Ok(Text::new(it.to_plain_string(), it.origin).into())),
        "Unix" => method(NOTHING, |it, _| {
            Ok(Value::int64(moment(it).timestamp().as_second()).with_origin(it.origin))
        }),
        "Weekday" => method(NOTHING, |it, _| Ok(format(it, "Monday"))),
        "Year" => method(NOTHING, |it, _| Ok(part(it, moment(it).year()))),
        "YearDay" => method(NOTHING, |it, _| Ok(part(it, dates::year_day(&moment(it))))),
        _ => None,
    }
}

/// A number of a time.
fn part(of: &Value, number: impl Into<i64>) -> Value {
    Value::int(number.into()).with_origin(of.origin)
}

fn format(of: &Value, layout: &str) -> Value {
    Text::new(super::format_time(&moment(of), layout), of.origin).into()
}

fn moment(value: &Value) -> jiff::Zoned {
    match &value.data {
        Data::Object(object) => match &**object {
            Object::Time(moment) => moment.clone(),
            _ => jiff::Zoned::default(),
        },
        _ => jiff::Zoned::default(),
    }
}

/// `engine.files`
fn of_files(name: &str) -> Option<Method> {
    match name {
        "AsConfig" => method(NOTHING, |it, _| {
            Ok(flat(it, |it| bytes::replaced(&bytes::to_text(it.to_vec())).into_owned()))
        }),
        "AsSecrets" => method(NOTHING, |it, _| Ok(flat(it, |bytes| STANDARD.encode(bytes)))),
        "Get" => method(TEXT, |it, name| {
            let found = files(it).iter().find(|it| it.name == text(name)).cloned();
            let Some(found) = found else { return Ok(Value::text("")) };
            Ok(match found.text() {
                Some(text) => match &found.document {
                    Some(document) => Text::written(document).into(),
                    None => Value::text(text),
                },
                None => Value::text(bytes::to_text(found.bytes.to_vec())),
            })
        }),
        "GetBytes" => method(TEXT, |it, name| {
            let found = files(it).iter().find(|it| it.name == text(name)).cloned();
            let bytes: Rc<[u8]> = found.map_or_else(|| [].into(), |it| it.bytes.to_vec().into());
            Ok(Value::plain(Data::Bytes(bytes)))
        }),
        "Glob" => method(TEXT, |it, pattern| {
            let glob = Glob::new(text(pattern));
            let files = files(it);
            let found = files.iter().filter(|it| glob.matches(&it.name)).cloned().collect();
            Ok(Value::plain(Data::Object(Rc::new(Object::Files(found)))))
        }),
        "Lines" => method(TEXT, |it, name| {
            let found = files(it).iter().find(|it| it.name == text(name)).cloned();
            let content = found.map(|it| bytes::to_text(it.bytes.to_vec()));
            let content = content.unwrap_or_default();
            if content.is_empty() {
                return Ok(Value::strings([]));
            }
            let lines = content.strip_suffix('\n').unwrap_or(&content).split('\n');
            Ok(Value::strings(lines.map(Value::text).collect::<Vec<_>>()))
        }),
        _ => None,
    }
}

fn files(value: &Value) -> Arc<[chart::Data]> {
    match &value.data {
        Data::Object(object) => match &**object {
            Object::Files(files) => Arc::clone(files),
            _ => [].into(),
        },
        _ => [].into(),
    }
}

/// The contents under their file names, as YAML.
fn flat(value: &Value, content: fn(&[u8]) -> String) -> Value {
    let files = files(value);
    let mut sorted: Vec<_> = files.iter().collect();
    sorted.sort_by(|a, b| a.name.cmp(&b.name));
    let by_name: BTreeMap<_, _> =
        sorted.iter().map(|it| (paths::base(&it.name), content(&it.bytes))).collect();
    let entries = by_name.into_iter().map(|(name, content)| kai_core::Entry {
        key: name.into(),
        key_origin: OriginId::NONE,
        node: Value::text(content).to_node(&kai_core::Origins::new()),
    });
    let node = Node::map(kai_core::Map::from_entries(entries.collect()), OriginId::NONE);
    let text = yaml::emit(&node);
    Value::text(text.strip_suffix('\n').unwrap_or(&text))
}
