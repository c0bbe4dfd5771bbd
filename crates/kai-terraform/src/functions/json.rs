//! `jsonencode` and `jsondecode`.

use super::arguments::{Outcome, text};
use super::json_reader::JsonReader;
use crate::function::{Function, FunctionError, Parameter, Surroundings};
use crate::value::{Data, Refinement, Type, Value};

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::typed(
            "jsondecode",
            |_| Ok(Type::Dynamic),
            |_, it, _| JsonReader::read(text(&it[0])).map_err(FunctionError::new),
        )
        .takes(Parameter::new("str", Type::String))
        .may_be_null(),
        Function::new("jsonencode", Type::String, jsonencode)
            .takes(Parameter::any("val").allow_null().allow_unknown().allow_dynamic()),
    ]
}

fn jsonencode(_: &dyn Surroundings, arguments: &[Value], ty: &Type) -> Outcome {
    let value = &arguments[0];
    let Some(unknown) = value.first_unknown() else { return Ok(Value::string(encode(value))) };
    let begins = match value.ty() {
        Type::String => "\"",
        Type::Object(_) | Type::Map(_) => "{",
        Type::Tuple(_) | Type::List(_) | Type::Set(_) => "[",
        _ => "",
    };
    let prefix = if value.refinement().is_not_null { begins } else { "" };
    let refinement = Refinement { prefix: prefix.into(), ..Refinement::not_null() };
    Ok(Value::refined(ty.clone(), refinement, unknown.cause.clone()))
}

/// A value that is wholly known as JSON on one line, escaped as Go escapes.
pub(super) fn encode(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match &value.data {
        Data::Null(_) | Data::Unknown(_) => out.push_str("null"),
        Data::Bool(it) => out.push_str(if *it { "true" } else { "false" }),
        Data::Number(it) => out.push_str(&it.to_string()),
        Data::String(it) => write_text(it, out),
        Data::List(..) | Data::Set(..) | Data::Tuple(_) => {
            out.push('[');
            for (at, it) in value.children().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                write(it, out);
            }
            out.push(']');
        }
        Data::Map(_, entries) | Data::Object(entries) => {
            out.push('{');
            for (at, (key, it)) in entries.iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                write_text(key, out);
                out.push(':');
                write(it, out);
            }
            out.push('}');
        }
    }
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for it in text.chars() {
        match it {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(it)));
            }
            it => out.push(it),
        }
    }
    out.push('"');
}
