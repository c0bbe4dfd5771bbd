//! A key less.

use kai_core::{Edit, OriginId, Origins};

use super::place::{
    Language, Place, after_blank_lines, last_block_keeps_lines, line_end, line_start,
};
use super::siblings::Siblings;

/// Deletes an entry of a mapping, given the origins of its key and value. What stands on lines of
/// its own goes with its lines and the comment after it.
#[must_use]
pub fn delete_entry(origins: &Origins, key: OriginId, value: OriginId) -> Option<Edit> {
    let key = Place::of(origins, key)?;
    let value = Place::of(origins, value)?;
    if key.language != Language::Yaml || !is_entry(&key, &value) {
        return None;
    }
    let siblings = Siblings::of(&key)?;
    let edit =
        if siblings.in_flow { in_flow(&key, &value)? } else { in_block(&key, &value, &siblings)? };
    key.verified(vec![edit])?.pop()
}

/// True when the value follows the key, with nothing but a colon, space and comments between: the
/// value of an alias stands elsewhere, and an anchor may be needed elsewhere.
fn is_entry(key: &Place<'_>, value: &Place<'_>) -> bool {
    key.span.document == value.span.document
        && key.end() <= value.start()
        && key.text()[key.end()..value.start()].lines().all(|line| {
            let code = line.split('#').next().unwrap_or_default();
            code.chars().all(|it| it == ':' || it.is_whitespace())
        })
}

/// With the comma after it, or with the one before where it is the last.
fn in_flow(key: &Place<'_>, value: &Place<'_>) -> Option<Edit> {
    let text = key.text();
    let after = text[value.end()..].trim_start();
    if let Some(rest) = after.strip_prefix(',') {
        let rest = rest.trim_start();
        return Some(Edit::delete(key.span_of(key.start(), text.len() - rest.len())?));
    }
    let before = text[..key.start()].trim_end();
    let start = before.strip_suffix(',').map_or(key.start(), |it| it.trim_end().len());
    Some(Edit::delete(key.span_of(start, value.end())?))
}

fn in_block(key: &Place<'_>, value: &Place<'_>, siblings: &Siblings) -> Option<Edit> {
    let text = key.text();
    let start = line_start(text, key.start());
    let before = text[start..key.start()].trim_start_matches('\u{feff}').trim();
    if siblings.is_alone {
        return Some(Edit::replace(key.span_of(key.start(), value.end())?, "{}"));
    }
    if before.is_empty() {
        let end = after_inner_comments(text, line_end(text, value.end()), key.start() - start);
        let joins_block = last_block_keeps_lines(&text[..start]);
        let end = if joins_block { after_blank_lines(text, end) } else { end };
        let next_line = text[end..].find('\n').map_or(text.len(), |it| end + it + 1);
        return Some(Edit::delete(key.span_of(start, next_line)?));
    }
    // The key shares its line with the dash of an item: the next key takes its place.
    let is_item = before.bytes().all(|it| matches!(it, b'-' | b' '));
    let next = siblings.next.filter(|_| is_item)?;
    Some(Edit::delete(key.span_of(key.start(), next)?))
}

/// The end of the last comment that is indented deeper than the key, and so belongs to the value.
fn after_inner_comments(text: &str, from: usize, indent: usize) -> usize {
    let (mut end, mut at) = (from, from);
    while let Some(line_break) = text[at..].find('\n') {
        let start = at + line_break + 1;
        at = line_end(text, start);
        let code = text[start..at].trim_start();
        if code.starts_with('#') && at - start - code.len() > indent {
            end = at;
        } else if !code.is_empty() {
            break;
        }
    }
    end
}
