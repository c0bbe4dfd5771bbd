//! `yamlencode`, and `yamldecode` with Terraform's own typing of scalars.

use std::collections::BTreeMap;

use kai_core::{Entry, Map, Node, OriginId, Scalar, ScalarKind, ScalarStyle};
use kai_syntax::yaml::emit_quoted;
use smol_str::SmolStr;

use super::arguments::{Outcome, text, to_come};
use super::yaml_reader::YamlReader;
use crate::function::{Function, FunctionError, Parameter, Surroundings};
use crate::value::{Data, Type, Value};

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::typed(
            "yamldecode",
            |_| Ok(Type::Dynamic),
            |_, it, _| YamlReader::read(text(&it[0])).map_err(FunctionError::new),
        )
        .takes(Parameter::new("src", Type::String))
        .may_be_null(),
        Function::new("yamlencode", Type::String, yamlencode)
            .takes(Parameter::any("value").allow_null().allow_unknown().allow_dynamic()),
    ]
}

fn yamlencode(_: &dyn Surroundings, arguments: &[Value], ty: &Type) -> Outcome {
    if let Some(value) = to_come(ty, arguments) {
        return Ok(value);
    }
    Ok(Value::string(emit_quoted(&node(&arguments[0]))))
}

fn node(value: &Value) -> Node {
    match &value.data {
        Data::Null(_) | Data::Unknown(_) => scalar("null", ScalarKind::Null),
        Data::Bool(it) => scalar(if *it { "true" } else { "false" }, ScalarKind::Bool),
        Data::Number(it) => scalar(&it.to_string(), ScalarKind::Float),
        Data::String(it) => scalar(it, ScalarKind::Str),
        Data::List(..) | Data::Set(..) | Data::Tuple(_) => {
            Node::seq(value.children().map(node).collect(), OriginId::NONE)
        }
        Data::Map(_, entries) | Data::Object(entries) => mapping(entries),
    }
}

fn scalar(text: &str, kind: ScalarKind) -> Node {
    let style = ScalarStyle::DoubleQuoted;
    let scalar = Scalar { text: text.into(), kind, style };
    Node::new(kai_core::Value::Scalar(scalar), OriginId::NONE)
}

fn mapping(entries: &BTreeMap<SmolStr, Value>) -> Node {
    let entry = |(key, it): (&SmolStr, &Value)| Entry {
        key: key.clone(),
        key_origin: OriginId::NONE,
        node: node(it),
    };
    Node::map(Map::from_entries(entries.iter().map(entry).collect()), OriginId::NONE)
}
