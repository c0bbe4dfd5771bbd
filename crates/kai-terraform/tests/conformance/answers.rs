//! Recorded data, and when a value equals it.

use std::path::{Path, PathBuf};

use kai_core::{Node, Origins, ScalarKind};
use kai_syntax::json::{JsonOptions, parse};
use kai_syntax::yaml;
use kai_terraform::value::{Data, Number, Type, Value};
use kai_testing::recorded;

/// The folder with the lines, and the folder where archives are unpacked.
pub(crate) fn folders() -> Option<(PathBuf, PathBuf)> {
    let unpacked = recorded("KAI_TERRAFORM_DATA", "conformance/terraform")?;
    let shared =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance/terraform");
    Some((std::env::var_os("KAI_TERRAFORM_DATA").map_or(shared, Into::into), unpacked))
}

/// A text as JSON, with numbers as they are written.
pub(crate) fn json(text: &str) -> Node {
    let origins = Origins::new();
    let document = origins.add_document("data.json".into(), text.into()).unwrap();
    let parsed = parse(&origins, document, &JsonOptions::default());
    // A number of 400 digits is none to the reader of JSON, and is one to that of YAML.
    let read = parsed.documents.into_iter().next();
    let read = read.unwrap_or_else(|| yaml::parse(&origins, document).documents.remove(0));
    read.node
}

pub(crate) fn lines(path: &Path) -> Vec<Node> {
    std::fs::read_to_string(path).unwrap().lines().map(json).collect()
}

/// True where the type is as recorded in cty's notation.
pub(crate) fn same_type(ty: &Type, node: &Node) -> bool {
    let items = node.items();
    match ty {
        Type::Dynamic | Type::Bool | Type::Number | Type::String => {
            node.as_str() == Some(ty.kind())
        }
        Type::List(element) | Type::Set(element) | Type::Map(element) => {
            items.len() == 2
                && items[0].as_str() == Some(ty.kind())
                && same_type(element, &items[1])
        }
        Type::Tuple(elements) => {
            items.len() == 2
                && items[0].as_str() == Some("tuple")
                && items[1].items().len() == elements.len()
                && elements.iter().zip(items[1].items()).all(|(a, b)| same_type(a, b))
        }
        Type::Object(object) => {
            let recorded = items.get(1).and_then(Node::as_map);
            recorded.is_some_and(|it| it.len() == object.attributes.len())
                && object.attributes.iter().all(|(name, ty)| {
                    recorded.and_then(|it| it.get(name)).is_some_and(|it| same_type(ty, it))
                })
        }
    }
}

/// True where the value is as recorded: unknown parts are left out of objects, and null in lists.
pub(crate) fn same_value(value: &Value, node: &Node, digits: usize) -> bool {
    match &value.data {
        Data::Unknown(_) | Data::Null(_) => node.is_null(),
        Data::Bool(it) => node.as_bool() == Some(*it),
        Data::String(it) => node.as_str() == Some(it.as_str()),
        Data::Number(it) => {
            let kind = node.as_scalar().map(|it| it.kind);
            let is_number = matches!(kind, Some(ScalarKind::Int | ScalarKind::Float));
            let text = node.text().filter(|_| is_number);
            text.and_then(Number::parse).is_some_and(|other| close(it, &other, digits))
        }
        Data::List(_, elements) | Data::Tuple(elements) => {
            let recorded = node.items();
            node.is_seq()
                && recorded.len() == elements.len()
                && elements.iter().zip(recorded).all(|(a, b)| same_value(a, b, digits))
        }
        Data::Set(_, elements) => {
            let mut left: Vec<_> = node.items().iter().collect();
            node.is_seq()
                && left.len() == elements.len()
                && elements.iter().all(|it| {
                    let found = left.iter().position(|other| same_value(it, other, digits));
                    found.map(|at| left.remove(at)).is_some()
                })
        }
        Data::Map(_, entries) | Data::Object(entries) => {
            let Some(recorded) = node.as_map() else { return false };
            let known = entries.iter().filter(|(_, it)| it.is_known());
            known.clone().count() == recorded.len()
                && known.into_iter().all(|(name, it)| {
                    recorded.get(name).is_some_and(|other| same_value(it, other, digits))
                })
        }
    }
}

fn close(one: &Number, other: &Number, digits: usize) -> bool {
    let scale = Number::parse(&format!("1e{digits}")).unwrap();
    let difference = one.minus(other).map(|it| it.absolute());
    one == other
        || difference.and_then(|it| it.times(&scale)).is_some_and(|it| it <= one.absolute())
}

/// True where `after_unknown` says just what is unknown in the value.
pub(crate) fn same_unknown(value: &Value, node: &Node) -> bool {
    if !value.is_known() {
        return node.as_bool() == Some(true);
    }
    match node.as_map() {
        Some(map) => {
            let entries = value.entries();
            map.iter().all(|entry| {
                let part = entries.and_then(|it| it.get(&entry.key));
                part.is_some_and(|it| same_unknown(it, &entry.node))
            }) && entries.is_none_or(|it| {
                it.iter().all(|(name, it)| map.get(name).is_some() || it.is_wholly_known())
            })
        }
        None if node.is_seq() => {
            let elements = value.elements();
            elements.is_some_and(|it| it.iter().zip(node.items()).all(|(a, b)| same_unknown(a, b)))
        }
        None => node.as_bool() != Some(true) && value.is_wholly_known(),
    }
}
