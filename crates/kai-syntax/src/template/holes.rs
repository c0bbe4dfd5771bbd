//! `${NAME}` where Flux or `envsubst` will put a value.

use std::sync::Arc;

use kai_core::{Node, Reason, Unknown, Value};

/// A text that is nothing but one variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placeholder<'a> {
    pub name: &'a str,
    /// What takes its place when the variable is not set: `${NAME:=this}`, `${NAME:-this}`.
    pub default: Option<&'a str>,
}

/// Reads a text that is nothing but `${NAME}`, with or without a default.
#[must_use]
pub fn placeholder(text: &str) -> Option<Placeholder<'_>> {
    let inside = text.strip_prefix("${")?.strip_suffix('}')?;
    let length = inside.bytes().take_while(|it| it.is_ascii_alphanumeric() || *it == b'_').count();
    let (name, rest) = inside.split_at(length);
    if !name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_') || rest.contains('}') {
        return None;
    }
    let default = [":=", ":-", "=", "-"].iter().find_map(|it| rest.strip_prefix(it));
    (rest.is_empty() || default.is_some()).then_some(Placeholder { name, default })
}

/// Makes an unknown value of every text that is nothing but a placeholder, except where the text
/// is for a shell or a program and the braces may be theirs: commands, arguments, scripts, and the
/// contents of ConfigMaps and Secrets. Nothing is copied where nothing changes.
pub fn mark_holes(node: &mut Node) {
    if has_hole(node) {
        mark(node);
    }
}

const FOR_PROGRAMS: [&str; 7] =
    ["args", "binaryData", "command", "data", "run", "script", "stringData"];

fn has_hole(node: &Node) -> bool {
    match &node.value {
        Value::Scalar(_) => node.as_str().is_some_and(|it| placeholder(it).is_some()),
        Value::Seq(items) => items.iter().any(has_hole),
        Value::Map(map) => {
            map.iter().any(|it| !FOR_PROGRAMS.contains(&it.key.as_str()) && has_hole(&it.node))
        }
        Value::Unknown(_) => false,
    }
}

fn mark(node: &mut Node) {
    if let Value::Scalar(scalar) = &node.value {
        let text = scalar.text.clone();
        node.value = Value::Unknown(Arc::new(Unknown { reason: Reason::Templated, text }));
        return;
    }
    for item in node.seq_mut().into_iter().flatten() {
        mark_holes(item);
    }
    for entry in node.map_mut().into_iter().flat_map(|it| it.entries_mut()) {
        if !FOR_PROGRAMS.contains(&entry.key.as_str()) {
            mark_holes(&mut entry.node);
        }
    }
}
