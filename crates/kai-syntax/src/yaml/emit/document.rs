//! Collections.

use std::borrow::Cow;

use kai_core::{Entry, Map, Node, ScalarKind, Value};

use super::canonical::canonical;
use super::order::sorted;
use super::style::Style;
use super::writer::{Mark, Place, Quotes, SequenceIndent, Writer};

/// One document, ending in a line break.
#[must_use]
pub fn emit(node: &Node) -> String {
    emit_marked(node, SequenceIndent::None).0
}

/// The same, with the bytes of every key and scalar, in the order of the text.
#[must_use]
pub fn emit_marked(node: &Node, indent: SequenceIndent) -> (String, Vec<Mark>) {
    let mut writer = Writer::new(indent, Quotes::WhereNeeded);
    value(&mut writer, node, None, false);
    writer.finish()
}

/// One document in which every text is quoted, as Terraform's `yamlencode` writes it: numbers and
/// the order of keys are those of the tree.
#[must_use]
pub fn emit_quoted(node: &Node) -> String {
    let mut writer = Writer::new(SequenceIndent::None, Quotes::Always);
    value(&mut writer, node, None, false);
    let (mut text, _) = writer.finish();
    // What follows a plain scalar could continue it.
    if node.as_scalar().is_some_and(|it| it.kind != ScalarKind::Str) {
        text.push_str("...\n");
    }
    text
}

/// Several documents with `---` lines between them.
#[must_use]
pub fn emit_stream<'a>(nodes: impl IntoIterator<Item = &'a Node>) -> String {
    let mut text = String::new();
    for node in nodes {
        if !text.is_empty() {
            text.push_str("---\n");
        }
        text.push_str(&emit(node));
    }
    text
}

/// Writes a value. `indent` is that of the collection around it; `in_map` tells values of keys
/// from items.
fn value(writer: &mut Writer, node: &Node, indent: Option<usize>, in_map: bool) {
    match &node.value {
        Value::Map(entries) if entries.is_empty() => {
            writer.marked(node.origin, |it| it.indicator("{}"));
        }
        Value::Map(entries) => mapping(writer, entries, indent.map_or(0, |it| it + 2)),
        Value::Seq(items) if items.is_empty() => {
            writer.marked(node.origin, |it| it.indicator("[]"));
        }
        Value::Seq(items) => {
            let indentless = in_map && !writer.is_at_indent() && !writer.indents_sequences();
            let inner = indent.map_or(0, |it| if indentless { it } else { it + 2 });
            sequence(writer, items, inner);
        }
        Value::Scalar(scalar) => {
            let (text, is_text) = if writer.quotes_always() {
                (Cow::Borrowed(scalar.text.as_str()), scalar.kind == ScalarKind::Str)
            } else {
                canonical(scalar)
            };
            let style = if is_text { writer.style(&text, Place::Value) } else { Style::Plain };
            let indent = scalar_indent(indent);
            writer.marked(node.origin, |it| it.scalar(&text, style, Place::Value, indent));
        }
        Value::Unknown(unknown) => {
            let style = writer.style(&unknown.text, Place::Value);
            let indent = scalar_indent(indent);
            writer.marked(node.origin, |it| it.scalar(&unknown.text, style, Place::Value, indent));
        }
    }
}

fn scalar_indent(indent: Option<usize>) -> usize {
    indent.map_or(2, |it| it + 2)
}

fn sequence(writer: &mut Writer, items: &[Node], indent: usize) {
    for item in items {
        writer.indent(indent);
        writer.block_indicator("-");
        value(writer, item, Some(indent), false);
    }
}

fn mapping(writer: &mut Writer, map: &Map, indent: usize) {
    let entries = if writer.quotes_always() { map.iter().collect() } else { sorted(map) };
    for entry in entries {
        writer.indent(indent);
        if is_simple(&entry.key) {
            simple_key(writer, entry, indent);
        } else {
            explicit_key(writer, entry, indent);
        }
        value(writer, &entry.node, Some(indent), true);
    }
}

/// Keys longer than this stand behind a question mark.
fn is_simple(key: &str) -> bool {
    key.len() <= 128 && !key.contains(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'])
}

fn simple_key(writer: &mut Writer, entry: &Entry, indent: usize) {
    let style = writer.style(&entry.key, Place::SimpleKey);
    writer.marked(entry.key_origin, |it| {
        it.scalar(&entry.key, style, Place::SimpleKey, indent + 2);
    });
    writer.attached(":");
}

fn explicit_key(writer: &mut Writer, entry: &Entry, indent: usize) {
    writer.block_indicator("?");
    let style = writer.style(&entry.key, Place::Value);
    writer.marked(entry.key_origin, |it| it.scalar(&entry.key, style, Place::Value, indent + 2));
    writer.indent(indent);
    writer.block_indicator(":");
}
