//! What becomes of texts that are written as JSON and read as YAML.

use std::borrow::Cow;

use kai_core::{Node, Value};
use kai_syntax::go_template::bytes;

/// Changes the texts of a tree as the way through JSON does, which keeps all but a few characters.
/// True where it changed one.
///
/// # Errors
///
/// A character that JSON writes as it is and YAML does not read.
pub(super) fn through_json(node: &mut Node) -> Result<bool, String> {
    if let Value::Scalar(scalar) = &mut node.value {
        let text = read(&scalar.text)?;
        let changes = text.is_some();
        scalar.text = text.map_or_else(|| scalar.text.clone(), Into::into);
        return Ok(changes);
    }
    let mut changes = false;
    for entry in node.map_mut().into_iter().flat_map(|it| it.entries_mut().iter_mut()) {
        if let Some(key) = read(&entry.key)? {
            entry.key = key.into();
            changes = true;
        }
        changes |= through_json(&mut entry.node)?;
    }
    for item in node.seq_mut().into_iter().flatten() {
        changes |= through_json(item)?;
    }
    Ok(changes)
}

/// A next line ends a line, and so do control characters end the reading: JSON escapes neither.
fn is_odd(it: char) -> bool {
    matches!(it, '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}')
}

/// The text as it is read, where that is another one.
fn read(text: &str) -> Result<Option<String>, String> {
    if text.contains(|it| is_odd(it) && it != NEXT_LINE) {
        return Err("yaml: control characters are not allowed".into());
    }
    let text = bytes::replaced(text);
    let changed = text.contains(NEXT_LINE).then(|| folded(&text));
    Ok(changed.or(match text {
        Cow::Owned(text) => Some(text),
        Cow::Borrowed(_) => None,
    }))
}

const NEXT_LINE: char = '\u{85}';

/// As lines between double quotes are joined: one break is a space, each further one a line feed.
fn folded(text: &str) -> String {
    let blank = [' ', '\t'];
    let mut lines = text.split(NEXT_LINE).peekable();
    let mut out = lines.next().unwrap_or_default().trim_end_matches(blank).to_owned();
    let mut breaks = 0;
    while let Some(line) = lines.next() {
        breaks += 1;
        let line = line.trim_start_matches(blank);
        let is_last = lines.peek().is_none();
        let line = if is_last { line } else { line.trim_end_matches(blank) };
        if line.is_empty() && !is_last {
            continue;
        }
        match breaks {
            1 => out.push(' '),
            more => out.extend(std::iter::repeat_n('\n', more - 1)),
        }
        breaks = 0;
        out.push_str(line);
    }
    out
}
