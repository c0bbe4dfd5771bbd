//! `yamlencode`, and `yamldecode` with Terraform's own typing of scalars.

use kai_core::OriginId;
use kai_syntax::yaml::emit_quoted;

use super::arguments::{Outcome, text, to_come};
use super::yaml_reader::YamlReader;
use crate::function::{Function, FunctionError, Parameter, Surroundings};
use crate::value::{Piece, Type, Value};

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
    match to_come(ty, arguments) {
        // It stands where it is put together, not at what it waits for.
        Some(value) => Ok(value.formed(pieces(&arguments[0])).with_origin(OriginId::NONE)),
        None => Ok(Value::string(emit_quoted(&arguments[0].to_node()))),
    }
}

/// Words that nobody writes.
const MARK: &str = "KaiCutsHere";

/// A text in which marks stand for what is to come, cut at the marks.
fn pieces(value: &Value) -> Vec<Piece> {
    let mut open = Vec::new();
    let marked = marked(value, &mut open);
    let text = emit_quoted(&marked.to_node());
    let mut parts = text.split(MARK);
    let mut pieces = vec![Piece::Text(parts.next().unwrap_or_default().into())];
    for part in parts {
        let (number, rest) = part.split_once('.').unwrap_or_default();
        let meant = number.parse().ok().and_then(|it: usize| open.get(it));
        pieces.extend(meant.into_iter().flatten().cloned());
        pieces.push(Piece::Text(rest.into()));
    }
    pieces
}

/// The value with marks in it; what they stand for, by number.
fn marked(value: &Value, open: &mut Vec<Vec<Piece>>) -> Value {
    if value.as_unknown().is_none() {
        return value.with_children(|it| marked(it, open));
    }
    open.push(value.pieces());
    Value::string(format!("{MARK}{}.", open.len() - 1))
}
