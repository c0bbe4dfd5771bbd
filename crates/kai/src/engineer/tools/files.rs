//! Read, Write, Edit.

use std::sync::PoisonError;

use camino::Utf8PathBuf;
use kai_agent::permit::{Decision, Wish};
use kai_core::{Evidence, EvidenceKind, Location, LocationRole};
use serde_json::{Map, Value};
use similar::TextDiff;

use super::catalog::{field, number};
use super::toolbox::{Answer, Done, Toolbox};
use crate::error::reason;

/// Lines of one piece of evidence.
const BLOCK: usize = 12;
const LINES_MAX: u64 = 400;

pub(super) fn read(tools: &Toolbox<'_>, arguments: &Map<String, Value>) -> Answer {
    let path = field(arguments, "path")?.trim_start_matches("./");
    tools.ask("Read", &Wish::Read(path), "")?;
    let text = text(tools, path)?;
    let from = usize::try_from(number(arguments, "from", 1).max(1)).unwrap_or(usize::MAX);
    let count = usize::try_from(number(arguments, "count", 200).min(LINES_MAX)).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    tools.known.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
    let wanted: Vec<(usize, &str)> =
        lines.iter().copied().enumerate().skip(from - 1).take(count).collect();
    let evidence = wanted.chunks(BLOCK).map(|block| {
        let text = block.iter().map(|it| it.1).collect::<Vec<_>>().join("\n");
        span(path, path, block[0].0 + 1, text)
    });
    let evidence = evidence.collect();
    let end = from - 1 + wanted.len();
    let more = if end < lines.len() {
        format!("lines {from} to {end} of {}", lines.len())
    } else {
        String::new()
    };
    Ok(Done { text: more, evidence, ..Done::default() })
}

/// Something that stands in a file, as evidence.
pub(super) fn span(subject: &str, path: &str, line: usize, text: String) -> Evidence {
    let line = u32::try_from(line).unwrap_or(u32::MAX);
    let place =
        Location { path: Utf8PathBuf::from(path), line, column: 1, role: LocationRole::Primary };
    Evidence::new(EvidenceKind::Span, subject, text, Vec::new(), vec![place])
}

fn text(tools: &Toolbox<'_>, path: &str) -> Result<String, String> {
    let policy = tools.policy();
    let may_read = |it: &str| !matches!(policy.decide("Read", &Wish::Read(it)), Decision::Deny(_));
    let bytes = tools
        .root
        .read(path, may_read)
        .map_err(|it| format!("cannot read `{path}`: {}", reason(&it)))?;
    String::from_utf8(bytes).map_err(|_| format!("`{path}` is no text"))
}

pub(super) fn write(tools: &Toolbox<'_>, arguments: &Map<String, Value>) -> Answer {
    let path = field(arguments, "path")?.trim_start_matches("./");
    let after = field(arguments, "text")?;
    let before = text(tools, path).ok();
    let known = tools.known.lock().unwrap_or_else(PoisonError::into_inner).contains(path);
    if before.is_some() && !known {
        return Err(format!("`{path}` is there already; Read it first"));
    }
    put(tools, "Write", path, before.as_deref().unwrap_or_default(), after)
}

pub(super) fn edit(tools: &Toolbox<'_>, arguments: &Map<String, Value>) -> Answer {
    let path = field(arguments, "path")?.trim_start_matches("./");
    let (old, new) = (field(arguments, "old")?, field(arguments, "new")?);
    if !tools.known.lock().unwrap_or_else(PoisonError::into_inner).contains(path) {
        return Err(format!("Read `{path}` first"));
    }
    let before = text(tools, path)?;
    match before.matches(old).count() {
        1 if !old.is_empty() => put(tools, "Edit", path, &before, &before.replacen(old, new, 1)),
        count => {
            Err(format!("`old` stands there {count} times; give a text that stands there once"))
        }
    }
}

/// The user sees the difference, and the file still is what it was when they did.
fn put(tools: &Toolbox<'_>, tool: &str, path: &str, before: &str, after: &str) -> Answer {
    if after.contains("‹secret-") {
        return Err("it holds a stand-in for a secret, which would be written as it is".to_owned());
    }
    let difference =
        TextDiff::from_lines(before, after).unified_diff().header(path, path).to_string();
    tools.ask(tool, &Wish::Write(path), &difference)?;
    if text(tools, path).unwrap_or_default() != before {
        return Err(format!("`{path}` has changed meanwhile; Read it again"));
    }
    tools
        .root
        .write(path, after.as_bytes())
        .map_err(|it| format!("cannot write `{path}`: {}", reason(&it)))?;
    tools.known.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
    Ok(Done::text(format!("`{path}` is written.")))
}
