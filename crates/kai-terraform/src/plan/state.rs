//! A prior state: what was there before.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kai_core::{Node, Origins, ScalarKind, Value as Tree};
use kai_syntax::json::{JsonOptions, parse};
use smol_str::SmolStr;

use super::address::{below, suffix};
use crate::diagnostic::{Diagnostic, Outcome};
use crate::value::{Number, ObjectType, Type, Value};

/// Objects by address, and outputs.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) objects: BTreeMap<String, Prior>,
    pub(super) outputs: BTreeMap<SmolStr, Value>,
}

/// One object of a state.
#[derive(Debug, Clone)]
pub(super) struct Prior {
    pub(super) values: Value,
    pub(super) is_data: bool,
    /// Where it was before it was moved.
    pub(super) previous_address: Option<String>,
}

impl State {
    pub(super) fn read(origins: &Origins, text: &str) -> Outcome<Self> {
        let fail = |detail: &str| Err(Diagnostic::new(None, "Invalid state", detail));
        let Some(document) = origins.add_document("terraform.tfstate".into(), text.to_owned())
        else {
            return fail("the run holds too much text");
        };
        let parsed = parse(origins, document, &JsonOptions::default());
        let Some(root) = parsed.documents.into_iter().next().map(|it| it.node) else {
            return fail("the state is empty");
        };
        if root.get("version").and_then(Node::as_int) != Some(4) {
            return fail("only states of version 4 are read");
        }
        let mut state = Self::default();
        for resource in root.get("resources").map(Node::items).unwrap_or_default() {
            state.add(resource);
        }
        for entry in root.get("outputs").and_then(Node::as_map).into_iter().flatten() {
            if let Some(value) = typed(&entry.node) {
                state.outputs.insert(entry.key.clone(), value);
            }
        }
        Ok(state)
    }

    fn add(&mut self, resource: &Node) {
        let text = |key| resource.str_at(&[key]).unwrap_or_default();
        let is_data = text("mode") == "data";
        let data = if is_data { "data." } else { "" };
        let name = format!("{data}{}.{}", text("type"), text("name"));
        let name = below(text("module"), &name);
        for instance in resource.get("instances").map(Node::items).unwrap_or_default() {
            if instance.get("deposed").is_some() {
                continue;
            }
            let key = instance.get("index_key").map(plain);
            let address = format!("{name}{}", suffix(key.as_ref()));
            let Some(attributes) = instance.get("attributes").and_then(Node::as_map) else {
                continue;
            };
            let is_builtin = text("type") == "terraform_data";
            let values = attributes.iter().map(|entry| {
                let is_dynamic = is_builtin && entry.key != "id";
                let value = if is_dynamic { typed(&entry.node) } else { Some(plain(&entry.node)) };
                (entry.key.clone(), value.unwrap_or(Value::null(Type::Dynamic)))
            });
            let values = Value::object(values.collect());
            self.objects.insert(address, Prior { values, is_data, previous_address: None });
        }
    }
}

/// `{"value": …, "type": …}`
fn typed(node: &Node) -> Option<Value> {
    if node.is_null() {
        return Some(Value::null(Type::Dynamic));
    }
    let value = plain(node.get("value")?);
    let ty = read_type(node.get("type")?)?;
    value.convert(&ty).ok()
}

/// JSON as it is.
pub(super) fn plain(node: &Node) -> Value {
    match &node.value {
        Tree::Scalar(scalar) => match scalar.kind {
            ScalarKind::Null => Value::null(Type::Dynamic),
            ScalarKind::Bool => Value::bool(scalar.text == "true"),
            ScalarKind::Int | ScalarKind::Float => {
                Number::parse(&scalar.text).map_or(Value::null(Type::Number), Value::number)
            }
            ScalarKind::Str => Value::string(scalar.text.clone()),
        },
        Tree::Seq(items) => Value::tuple(items.iter().map(plain).collect::<Vec<_>>()),
        Tree::Map(map) => {
            Value::object(map.iter().map(|it| (it.key.clone(), plain(&it.node))).collect())
        }
        Tree::Unknown(_) => Value::null(Type::Dynamic),
    }
    .with_origin(node.origin)
}

fn read_type(node: &Node) -> Option<Type> {
    if let Some(name) = node.as_str() {
        return match name {
            "string" => Some(Type::String),
            "number" => Some(Type::Number),
            "bool" => Some(Type::Bool),
            "dynamic" => Some(Type::Dynamic),
            _ => None,
        };
    }
    let [kind, inner, ..] = node.items() else { return None };
    match kind.as_str()? {
        "list" => read_type(inner).map(Type::list),
        "set" => read_type(inner).map(Type::set),
        "map" => read_type(inner).map(Type::map),
        "tuple" => inner.items().iter().map(read_type).collect::<Option<Vec<_>>>().map(Type::tuple),
        "object" => {
            let attributes = inner.as_map()?.iter();
            let attributes = attributes.map(|it| Some((it.key.clone(), read_type(&it.node)?)));
            let attributes = attributes.collect::<Option<BTreeMap<_, _>>>()?;
            let optional = BTreeSet::new();
            Some(Type::Object(Arc::new(ObjectType { attributes, optional })))
        }
        _ => None,
    }
}
