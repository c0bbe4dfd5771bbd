//! The same edits in the language of Terraform, whose blocks and objects are written otherwise.
//!
//! Nothing of this language is parsed here: a literal takes the place of a literal, and an argument
//! goes on a line of its own below the brace that opens what it belongs to.

use kai_core::{Edit, Node, Scalar, ScalarKind, Value};

use super::insert::read;
use super::place::{Place, line_end, line_start};

/// Another literal in the place of one.
pub(super) fn replace(place: &Place<'_>, new: &Scalar) -> Option<Edit> {
    let written = place.written();
    let is_quoted = written.starts_with('"');
    let text = match new.kind {
        ScalarKind::Str => quoted(&new.text)?,
        _ if is_quoted => quoted(&new.text)?,
        _ => new.text.to_string(),
    };
    is_literal(written).then(|| Edit::replace(place.span, text))
}

/// A number, a truth, or a text in quotes without anything to fill in.
fn is_literal(written: &str) -> bool {
    match written.strip_prefix('"').and_then(|it| it.strip_suffix('"')) {
        Some(inner) => !inner.contains(['"', '\\', '\n']) && !has_holes(inner),
        None => {
            matches!(written, "true" | "false")
                || !written.is_empty() && written.bytes().all(|it| it.is_ascii_digit())
        }
    }
}

fn has_holes(text: &str) -> bool {
    text.contains("${") || text.contains("%{")
}

fn quoted(text: &str) -> Option<String> {
    let is_plain = !text.contains(['"', '\\']) && text.chars().all(|it| !it.is_control());
    (is_plain && !has_holes(text)).then(|| format!("\"{text}\""))
}

/// An argument more, in a block or in an object. `value` is YAML with the API's own names, which
/// blocks write with underscores.
pub(super) fn insert(place: &Place<'_>, key: &str, value: &str) -> Option<Vec<Edit>> {
    let text = place.text();
    let is_object = place.written().starts_with('{');
    let end = line_end(text, place.start());
    let brace = place.start() + text[place.start()..end].find('{')?;
    let node = read(value)?;
    let rest = text[brace + 1..end].trim();
    if is_object && !rest.is_empty() {
        let is_empty = rest.starts_with('}');
        let after = if is_empty { " " } else { "," };
        let entry = format!(" {} = {}{after}", object_key(key), expression(&node)?);
        return Some(vec![Edit::insert(place.span_of(brace + 1, brace + 1)?, entry)]);
    }
    if !rest.is_empty() {
        return None;
    }
    let start = line_start(text, place.start());
    let margin: String = text[start..].chars().take_while(|it| matches!(it, ' ' | '\t')).collect();
    let margin = format!("{margin}  ");
    let line_break = place.line_break();
    let lines = match is_object {
        true => vec![format!("{} = {}", object_key(key), expression(&node)?)],
        false => block_lines(key, &node)?,
    };
    let lines = lines.iter().map(|it| format!("{line_break}{margin}{it}"));
    Some(vec![Edit::insert(place.span_of(end, end)?, lines.collect::<String>())])
}

fn object_key(key: &str) -> String {
    let is_word = key.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_');
    if is_word { key.to_owned() } else { format!("\"{key}\"") }
}

/// A value on one line.
fn expression(node: &Node) -> Option<String> {
    match &node.value {
        Value::Scalar(scalar) => literal(scalar),
        Value::Seq(items) => {
            let items: Option<Vec<_>> = items.iter().map(expression).collect();
            Some(format!("[{}]", items?.join(", ")))
        }
        Value::Map(map) => {
            let entry = |it: &kai_core::Entry| {
                Some(format!("{} = {}", object_key(&it.key), expression(&it.node)?))
            };
            let entries: Option<Vec<_>> = map.iter().map(entry).collect();
            Some(format!("{{ {} }}", entries?.join(", ")))
        }
        Value::Unknown(_) => None,
    }
}

fn literal(scalar: &Scalar) -> Option<String> {
    match scalar.kind {
        ScalarKind::Str => quoted(&scalar.text),
        _ => Some(scalar.text.to_string()),
    }
}

/// A mapping is a block; what a list is called there is not known here.
fn block_lines(key: &str, node: &Node) -> Option<Vec<String>> {
    let key = underscored(key)?;
    let Value::Map(map) = &node.value else {
        let scalar = node.as_scalar()?;
        return Some(vec![format!("{key} = {}", literal(scalar)?)]);
    };
    let mut lines = vec![format!("{key} {{")];
    for entry in map.iter() {
        lines.extend(block_lines(&entry.key, &entry.node)?.iter().map(|it| format!("  {it}")));
    }
    lines.push("}".to_owned());
    Some(lines)
}

/// `max_unavailable` of `maxUnavailable`; nothing for a key that is no plain word.
fn underscored(key: &str) -> Option<String> {
    let mut name = String::with_capacity(key.len() + 4);
    let mut was_upper = true;
    for it in key.chars() {
        let is_upper = it.is_ascii_uppercase();
        if !it.is_ascii_alphanumeric() || is_upper && was_upper {
            return None;
        }
        if is_upper {
            name.push('_');
        }
        name.push(it.to_ascii_lowercase());
        was_upper = is_upper;
    }
    Some(name)
}
