//! Trees to JSON on one line, as the Kubernetes API server would hold them.

use std::fmt::Write as _;

use kai_core::{Node, Scalar, ScalarKind, Value};

use crate::yaml::go_json_float;

/// Writes a tree as JSON, keys in the order of the tree. Plain scalars have the types that
/// Kubernetes reads; what is unknown is written as its text.
#[must_use]
pub fn emit(node: &Node) -> String {
    let mut text = String::new();
    value(&mut text, node);
    text
}

fn value(text: &mut String, node: &Node) {
    match &node.value {
        Value::Scalar(it) => scalar(text, it),
        Value::Unknown(unknown) => string(text, &unknown.text),
        Value::Seq(items) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                text.push_str(if at == 0 { "" } else { "," });
                value(text, item);
            }
            text.push(']');
        }
        Value::Map(map) => {
            text.push('{');
            for (at, entry) in map.iter().enumerate() {
                text.push_str(if at == 0 { "" } else { "," });
                string(text, &entry.key);
                text.push(':');
                value(text, &entry.node);
            }
            text.push('}');
        }
    }
}

fn scalar(text: &mut String, scalar: &Scalar) {
    match scalar.kind {
        ScalarKind::Str => string(text, &scalar.text),
        ScalarKind::Null => text.push_str("null"),
        ScalarKind::Bool => {
            text.push_str(if scalar.as_bool() == Some(true) { "true" } else { "false" });
        }
        ScalarKind::Int => match scalar.as_wide_int() {
            Some(value) => push(text, format_args!("{value}")),
            None => string(text, &scalar.text),
        },
        ScalarKind::Float => match scalar.as_float().filter(|it| it.is_finite()) {
            Some(value) => text.push_str(&go_json_float(value)),
            // JSON has no word for what is no number.
            None => string(text, &scalar.text),
        },
    }
}

fn string(text: &mut String, content: &str) {
    text.push('"');
    for it in content.chars() {
        match it {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            it if u32::from(it) < 0x20 => push(text, format_args!("\\u{:04x}", u32::from(it))),
            it => text.push(it),
        }
    }
    text.push('"');
}

fn push(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    let written = text.write_fmt(arguments);
    debug_assert!(written.is_ok(), "a string takes everything");
}
