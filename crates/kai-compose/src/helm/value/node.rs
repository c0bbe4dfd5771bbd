//! Values from trees and back.

use std::cell::RefCell;
use std::rc::Rc;

use kai_core::{Node, OriginId, Origins, Scalar, ScalarKind, ScalarStyle};
use kai_syntax::yaml;
use smol_str::{SmolStr, format_smolstr};

use super::super::set::TYPED;
use super::{Data, Entry, IntType, ListType, Map, MapType, Object, Text, Value, bounds, go_float};

/// Go's words for a number that JSON cannot write, and where it stands.
pub(crate) fn unsupported(node: &Node) -> Option<(String, OriginId)> {
    match &node.value {
        kai_core::Value::Map(map) => map.iter().find_map(|it| unsupported(&it.node)),
        kai_core::Value::Seq(items) => items.iter().find_map(unsupported),
        kai_core::Value::Scalar(scalar) if scalar.kind == ScalarKind::Float => {
            // Digits that are too many for a number are a text.
            let is_word = |it: &f64| !it.is_finite() && !scalar.text.contains(char::is_numeric);
            let number = scalar.as_float().filter(is_word)?;
            let words = "error converting YAML to JSON: json: unsupported value: ";
            Some((format!("{words}{}", go_float(number)), node.origin))
        }
        _ => None,
    }
}

/// A scalar where a text is wanted, as Go's YAML gives it: numbers in their shortest form, so that
/// `1.10` is `1.1`.
pub(crate) fn as_text(node: &Node) -> Option<SmolStr> {
    let scalar = node.as_scalar().filter(|it| it.kind != ScalarKind::Null)?;
    let typed = match scalar.kind {
        ScalarKind::Bool => scalar.as_bool().map(|it| it.to_string()),
        ScalarKind::Int => scalar.as_int().map(|it| it.to_string()),
        ScalarKind::Float => scalar.as_float().map(go_float),
        ScalarKind::Null | ScalarKind::Str => None,
    };
    Some(typed.map_or_else(|| scalar.text.clone(), SmolStr::from))
}

/// A tree as Helm reads it: every number of a file a float, keys texts.
pub(crate) fn from_node(node: &Node) -> Value {
    let data = match &node.value {
        kai_core::Value::Scalar(scalar) => from_scalar(scalar, node.origin),
        kai_core::Value::Unknown(unknown) => {
            Data::Text(Text::new(unknown.text.as_str(), node.origin))
        }
        kai_core::Value::Seq(items) => {
            Data::List(items.iter().map(from_node).collect(), ListType::Any)
        }
        kai_core::Value::Map(map) => {
            let mut result = Map::new(MapType::Any);
            for entry in map.iter() {
                let value = from_node(&entry.node);
                result.insert(entry.key.clone(), Entry { key_origin: entry.key_origin, value });
            }
            Data::Map(Rc::new(RefCell::new(result)))
        }
    };
    Value { data, origin: node.origin }
}

/// A tree with the keys that JSON has: a plain key that YAML reads as a boolean or a number becomes
/// the text of that.
pub(crate) fn with_text_keys(origins: &Origins, node: &Node) -> Node {
    if has_typed_key(node) { with_keys_changed(origins, node) } else { node.clone() }
}

fn has_typed_key(node: &Node) -> bool {
    match &node.value {
        kai_core::Value::Map(map) => {
            map.iter().any(|it| !is_text(yaml::resolve(&it.key)) || has_typed_key(&it.node))
        }
        kai_core::Value::Seq(items) => items.iter().any(has_typed_key),
        _ => false,
    }
}

/// Null stays the word that it is written as.
fn is_text(kind: ScalarKind) -> bool {
    matches!(kind, ScalarKind::Str | ScalarKind::Null)
}

fn with_keys_changed(origins: &Origins, node: &Node) -> Node {
    match &node.value {
        kai_core::Value::Map(map) => {
            let mut result = kai_core::Map::new();
            for entry in map.iter() {
                let inner = with_keys_changed(origins, &entry.node);
                result.set(&key_of(origins, entry), entry.key_origin, inner);
            }
            Node::map(result, node.origin)
        }
        kai_core::Value::Seq(items) => {
            Node::seq(items.iter().map(|it| with_keys_changed(origins, it)).collect(), node.origin)
        }
        _ => node.clone(),
    }
}

fn key_of(origins: &Origins, entry: &kai_core::Entry) -> SmolStr {
    let typed = yaml::resolve(&entry.key);
    if is_text(typed) {
        return entry.key.clone();
    }
    let written = origins.span(entry.key_origin).and_then(|span| {
        let text = &origins.document(span.document).text;
        text.get(span.start as usize..span.end as usize)
    });
    if written != Some(entry.key.as_str()) {
        return entry.key.clone();
    }
    let scalar = Scalar { text: entry.key.clone(), kind: typed, style: ScalarStyle::Plain };
    match (scalar.as_bool(), scalar.as_wide_int(), scalar.as_float()) {
        (Some(value), ..) => SmolStr::new_static(if value { "true" } else { "false" }),
        (_, Some(value), _) => format_smolstr!("{value}"),
        // What is no number of JSON has YAML's own word already.
        (_, _, Some(value)) if value.is_finite() => go_float(value).into(),
        _ => entry.key.clone(),
    }
}

fn from_scalar(scalar: &Scalar, origin: OriginId) -> Data {
    let text = || Data::Text(Text::new(scalar.text.as_str(), origin));
    match scalar.kind {
        ScalarKind::Null => Data::Nil,
        ScalarKind::Str => text(),
        ScalarKind::Bool => scalar.as_bool().map_or_else(text, Data::Bool),
        ScalarKind::Int if scalar.style == TYPED => {
            scalar.as_int().map_or_else(text, |it| Data::Int(it, IntType::Int64))
        }
        ScalarKind::Int | ScalarKind::Float => scalar.as_float().map_or_else(text, Data::Float),
    }
}

impl Value {
    /// The value as a tree, for writing it as YAML or JSON.
    pub(crate) fn to_node(&self, origins: &Origins) -> Node {
        let scalar = |it: Scalar| Node::new(kai_core::Value::Scalar(it), self.origin);
        match &self.data {
            Data::Missing | Data::Nil => scalar(Scalar::null()),
            Data::Bool(value) => scalar(Scalar::bool(*value)),
            Data::Int(value, _) => scalar(Scalar::int(*value)),
            Data::Unsigned(value) => scalar(number(value.to_string(), ScalarKind::Int)),
            Data::Float(value) => scalar(float(*value)),
            Data::Text(text) if !bounds::copies(text.len()) => scalar(Scalar::null()),
            Data::Text(text) => {
                let origin = text.origin(origins);
                Node::new(kai_core::Value::Scalar(string(text.as_str())), origin)
            }
            Data::Bytes(bytes) => {
                use base64::Engine as _;
                let text = base64::engine::general_purpose::STANDARD.encode(bytes);
                scalar(string(&text))
            }
            Data::List(items, ListType::Dependencies) if items.is_empty() => scalar(Scalar::null()),
            Data::List(items, _) => {
                let items = bounds::within(items.len(), || {
                    items.iter().map(|it| it.to_node(origins)).collect()
                });
                Node::seq(items.unwrap_or_default(), self.origin)
            }
            Data::Map(map) => {
                let map = map.borrow();
                let entries = bounds::within(map.len(), || {
                    let entries = map.iter().map(|(key, entry)| kai_core::Entry {
                        key: key.clone(),
                        key_origin: entry.key_origin,
                        node: entry.value.to_node(origins),
                    });
                    entries.collect()
                });
                let entries = kai_core::Map::from_entries(entries.unwrap_or_default());
                Node::map(entries, self.origin)
            }
            Data::Object(object) => self.object_to_node(object, origins),
        }
    }

    fn object_to_node(&self, object: &Object, origins: &Origins) -> Node {
        match object {
            Object::Struct(it) => {
                let fields = it.fields.iter().filter(|(name, value)| it.is_written(name, value));
                let entries = fields.map(|(name, value)| kai_core::Entry {
                    key: it.written_name(name),
                    key_origin: OriginId::NONE,
                    node: value.to_node(origins),
                });
                Node::map(kai_core::Map::from_entries(entries.collect()), self.origin)
            }
            Object::Time(moment) => {
                let layout = "2006-01-02T15:04:05.999999999Z07:00";
                let text = crate::helm::functions::format_time(moment, layout);
                Node::new(kai_core::Value::Scalar(string(&text)), self.origin)
            }
            Object::Files(files) => {
                use base64::Engine as _;
                let engine = base64::engine::general_purpose::STANDARD;
                let entries = files.iter().map(|it| kai_core::Entry {
                    key: it.name.clone(),
                    key_origin: OriginId::NONE,
                    node: Node::string(engine.encode(it.bytes.as_slice()), self.origin),
                });
                Node::map(kai_core::Map::from_entries(entries.collect()), self.origin)
            }
            Object::Versions(versions) => {
                let items = versions.iter().map(|it| Node::string(it.clone(), self.origin));
                Node::seq(items.collect(), self.origin)
            }
        }
    }
}

/// A text whatever it looks like.
fn string(text: &str) -> Scalar {
    Scalar { text: text.into(), kind: ScalarKind::Str, style: ScalarStyle::DoubleQuoted }
}

fn number(text: String, kind: ScalarKind) -> Scalar {
    Scalar { text: text.into(), kind, style: ScalarStyle::Plain }
}

fn float(value: f64) -> Scalar {
    number(go_float(value).replace("e+", "e"), ScalarKind::Float)
}
