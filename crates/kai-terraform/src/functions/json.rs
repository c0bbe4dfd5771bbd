//! `jsonencode` and `jsondecode`.

use kai_core::OriginId;

use super::arguments::{Outcome, text};
use super::json_reader::JsonReader;
use crate::function::{Function, FunctionError, Parameter, Surroundings};
use crate::value::{Data, Piece, Refinement, Type, Value};

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
    let mut pieces = Pieces::default();
    write(value, &mut pieces);
    let value = Value::refined(ty.clone(), refinement, unknown.cause.clone());
    Ok(value.formed(pieces.finished()).with_origin(OriginId::NONE))
}

/// A value that is wholly known as JSON on one line, escaped as Go escapes.
pub(super) fn encode(value: &Value) -> String {
    let mut out = Pieces::default();
    write(value, &mut out);
    out.text
}

/// A text in the making, with what is put together before it.
#[derive(Default)]
struct Pieces {
    done: Vec<Piece>,
    text: String,
}

impl Pieces {
    /// A value to come, as a text.
    fn push_open(&mut self, value: &Value) {
        self.text.push('"');
        for piece in value.pieces() {
            match piece {
                Piece::Text(text) => write_inside(&text, &mut self.text),
                open => {
                    self.done.push(Piece::Text(std::mem::take(&mut self.text).into()));
                    self.done.push(open);
                }
            }
        }
        self.text.push('"');
    }

    fn finished(mut self) -> Vec<Piece> {
        self.done.push(Piece::Text(self.text.into()));
        self.done
    }
}

fn write(value: &Value, out: &mut Pieces) {
    match &value.data {
        Data::Null(_) => out.text.push_str("null"),
        Data::Unknown(_) => out.push_open(value),
        Data::Bool(it) => out.text.push_str(if *it { "true" } else { "false" }),
        Data::Number(it) => out.text.push_str(&it.to_string()),
        Data::String(it) => write_text(it, &mut out.text),
        Data::List(..) | Data::Set(..) | Data::Tuple(_) => {
            out.text.push('[');
            for (at, it) in value.children().enumerate() {
                out.text.push_str(if at > 0 { "," } else { "" });
                write(it, out);
            }
            out.text.push(']');
        }
        Data::Map(_, entries) | Data::Object(entries) => {
            out.text.push('{');
            for (at, (key, it)) in entries.iter().enumerate() {
                out.text.push_str(if at > 0 { "," } else { "" });
                write_text(key, &mut out.text);
                out.text.push(':');
                write(it, out);
            }
            out.text.push('}');
        }
    }
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    write_inside(text, out);
    out.push('"');
}

fn write_inside(text: &str, out: &mut String) {
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
}
