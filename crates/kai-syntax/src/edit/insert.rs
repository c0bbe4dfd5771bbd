//! A key more.

use kai_core::{Edit, OriginId, Origins, Value};

use super::place::{
    Language, Place, after_blank_lines, column, last_block_keeps_lines, line_end, line_start,
};
use super::{configuration, quote};

/// Adds `key: value` at the end of the mapping that `map` names, which may be empty or absent.
/// `value` is YAML as it would stand in the first column, on one line or several.
#[must_use]
pub fn insert_entry(origins: &Origins, map: OriginId, key: &str, value: &str) -> Option<Vec<Edit>> {
    let place = Place::of(origins, map)?;
    match place.language {
        Language::Yaml => {}
        Language::Configuration => return configuration::insert(&place, key, value),
        Language::ConfigurationInJson => return None,
    }
    match place.written() {
        "" | "~" | "null" => place.verified(into_absent(&place, key, value)?),
        written if written.starts_with('{') => {
            place.verified_alone(place.end(), 0, into_flow(&place, key, value)?)
        }
        _ => into_block(&place, key, value),
    }
}

/// On lines of its own after the last entry.
fn into_block(place: &Place<'_>, key: &str, value: &str) -> Option<Vec<Edit>> {
    let (text, written) = (place.text(), place.written());
    let indent = column(text, place.start());
    let entry = block_entry(&quote::key(key, written), value, indent, place.line_break())?;
    let at = after_last_line(place);
    let insertion = Edit::insert(place.span_of(at, at)?, format!("{}{entry}", place.line_break()));
    place.verified_alone(at, indent, vec![insertion])
}

/// The end of the line with the last byte of the mapping; blank lines that follow are taken in
/// where they are content of a block scalar that keeps them.
fn after_last_line(place: &Place<'_>) -> usize {
    let at = line_end(place.text(), place.end());
    if last_block_keeps_lines(place.written()) { after_blank_lines(place.text(), at) } else { at }
}

/// Before the closing brace.
fn into_flow(place: &Place<'_>, key: &str, value: &str) -> Option<Vec<Edit>> {
    let text = place.text();
    let inside = &text[place.start() + 1..place.end() - 1];
    let kept = inside.trim_end();
    // Of JSON nothing but JSON may be read by who reads it.
    let is_json =
        place.document.path.extension() == Some("json") || inside.trim_start().starts_with('"');
    let value = if is_json { crate::json::emit(&read(value)?) } else { flow_value(value)? };
    let key = quote::key(key, if is_json { "\"" } else { "" });
    let entry = format!("{key}: {value}");
    let end = place.start() + 1 + kept.len();
    let gap = match (kept.trim().is_empty(), kept.ends_with(',')) {
        (true, _) => String::new(),
        (false, has_comma) => {
            let comma = if has_comma { "" } else { "," };
            let last = place.start() + 1 + last_entry(kept);
            format!("{comma}{}", before_entry(place, last))
        }
    };
    if kept.trim().is_empty() {
        let span = place.span_of(place.start(), place.end())?;
        return Some(vec![Edit::replace(span, format!("{{{entry}}}"))]);
    }
    Some(vec![Edit::insert(place.span_of(end, end)?, format!("{gap}{entry}"))])
}

/// Where the last entry of a flow mapping starts, roughly: after the last comma outside brackets.
fn last_entry(inside: &str) -> usize {
    let (mut depth, mut start) = (0_i32, 0);
    for (at, byte) in inside.trim_end_matches(',').bytes().enumerate() {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            b',' if depth == 0 => start = at + 1,
            _ => {}
        }
    }
    let rest = &inside[start..];
    start + rest.len() - rest.trim_start().len()
}

/// A line break and indentation where the last entry has a line of its own, else a space.
fn before_entry(place: &Place<'_>, last: usize) -> String {
    let before = &place.text()[place.start()..last];
    let line = before.trim_end_matches([' ', '\t']);
    if line.ends_with('\n') {
        format!("{}{}", place.line_break(), &before[line.len()..])
    } else {
        " ".to_owned()
    }
}

/// Under a key that has no value yet.
fn into_absent(place: &Place<'_>, key: &str, value: &str) -> Option<Vec<Edit>> {
    let text = place.text();
    let start = line_start(text, place.start());
    let line = &text[start..place.start()];
    if !line.trim_end().ends_with(':') {
        return None;
    }
    let indent = line.len() - line.trim_start_matches([' ', '-']).len() + 2;
    let entry = block_entry(&quote::key(key, ""), value, indent, place.line_break())?;
    let at = line_end(text, place.end());
    let insertion = Edit::insert(place.span_of(at, at)?, format!("{}{entry}", place.line_break()));
    if place.start() == place.end() {
        return Some(vec![insertion]);
    }
    Some(vec![Edit::delete(place.span), insertion])
}

/// `key: value` with every line indented; block collections go below the key.
fn block_entry(key: &str, value: &str, indent: usize, line_break: &str) -> Option<String> {
    let value = value.trim_end();
    let node = read(value)?;
    let is_flow = value.starts_with(['{', '[', '"', '\'']);
    let is_block = matches!(node.value, Value::Map(_) | Value::Seq(_)) && !is_flow;
    let margin = " ".repeat(indent);
    let mut entry = format!("{margin}{key}:");
    for (at, line) in value.lines().enumerate() {
        if at == 0 && !is_block {
            entry.push(' ');
        } else {
            entry.push_str(line_break);
            if !line.is_empty() {
                entry.push_str(&margin);
                entry.push_str("  ");
            }
        }
        entry.push_str(line);
    }
    Some(entry)
}

/// The value on one line, as JSON where it is written on several.
fn flow_value(value: &str) -> Option<String> {
    let value = value.trim();
    let node = read(value)?;
    let is_flow = !value.contains('\n')
        && (node.as_scalar().is_some() || value.starts_with(['{', '[']))
        && (value.starts_with(['{', '[', '"', '\'']) || !value.contains([',', '{', '}', '[', ']']));
    Some(if is_flow { value.to_owned() } else { crate::json::emit(&node) })
}

pub(super) fn read(value: &str) -> Option<kai_core::Node> {
    let origins = Origins::new();
    let id = origins.add_document("value".into(), value.into())?;
    let parsed = crate::yaml::parse(&origins, id);
    let [document] = parsed.documents.as_slice() else { return None };
    parsed.problems.is_empty().then(|| document.node.clone())
}
