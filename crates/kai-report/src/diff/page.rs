//! A comparison for a terminal.

use kai_core::Environment;

use super::compare::{Allowed, Change, Comparison};
use super::snapshot::Entry;
use crate::terminal::{clean, wrap};

/// The page, ending in a line break.
#[must_use]
pub fn text(comparison: &Comparison, width: usize) -> String {
    let mut page = Page { lines: wrap(&comparison.verdict, width), width };
    page.entries("New", comparison.new.iter().map(|it| (it, "")));
    page.entries("Worse", comparison.worse.iter().map(changed));
    page.entries("Better", comparison.better.iter().map(changed));
    page.entries("Gone", comparison.gone.iter().map(|it| (it, "")));
    let allowed: Vec<_> = comparison.allowed.iter().map(|it| (it, how(it))).collect();
    page.entries("Allowed", allowed.iter().map(|(it, how)| (&it.entry, how.as_str())));
    page.lines.push(String::new());
    page.lines.join("\n")
}

fn changed(change: &Change) -> (&Entry, &str) {
    (&change.after, &change.how)
}

/// Who reads a change must see what it silences, and why.
pub(super) fn how(allowed: &Allowed) -> String {
    let came = if allowed.is_new { "new, " } else { "" };
    format!("{came}allowed: {}", allowed.entry.allowance.as_deref().unwrap_or_default())
}

struct Page {
    lines: Vec<String>,
    width: usize,
}

impl Page {
    fn entries<'a>(&mut self, heading: &str, entries: impl Iterator<Item = (&'a Entry, &'a str)>) {
        const MARGIN: &str = "  ";
        let mut entries = entries.peekable();
        if entries.peek().is_some() {
            self.lines.extend([String::new(), heading.to_owned()]);
        }
        for (entry, how) in entries {
            let mut lines = wrap(&line(entry, how), self.width - MARGIN.len()).into_iter();
            self.lines.extend(lines.next().map(|it| format!("- {it}")));
            self.lines.extend(lines.map(|it| format!("{MARGIN}{it}")));
        }
    }
}

/// `HIGH outage  Deployment/cache: one pod (base/cache.yaml:38)`
fn line(entry: &Entry, how: &str) -> String {
    let environment = match entry.environment {
        Environment::Production => String::new(),
        other => format!(" ({})", other.as_str()),
    };
    let how = if how.is_empty() { String::new() } else { format!("; {how}") };
    format!(
        "{} {}{environment} {}: {}{how} [{}] {}",
        entry.level.as_str(),
        entry.loss_class.as_str(),
        entry.component,
        entry.title,
        entry.rule,
        clean(&place(entry)),
    )
}

pub(super) fn place(entry: &Entry) -> String {
    match (entry.path.as_str(), entry.line) {
        (path, 0) => path.to_owned(),
        (path, line) => format!("{path}:{line}"),
    }
}
