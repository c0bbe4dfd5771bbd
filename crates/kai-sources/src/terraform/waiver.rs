//! Exceptions that a block carries for scanners: `checkov:skip=CKV_AWS_133:reason`, `tfsec:ignore:…`.

use kai_core::{OriginId, Origins, SmolStr};
use kai_graph::Labels;

const OPENINGS: &[&str] = &["checkov:skip=", "tfsec:ignore:", "trivy:ignore:", "kics-scan ignore"];

/// The exceptions in the block and in the comment above it, each as the tool writes it, and the rest of
/// the line as the reason. Sorted.
pub(super) fn of(block: OriginId, origins: &Origins) -> Labels {
    let Some(span) = origins.span(block) else { return Labels::new() };
    let document = origins.document(span.document);
    let (before, from) = document.text.split_at(span.start as usize);
    let start = before.rfind('\n').map_or(0, |it| it + 1);
    let above = before[..start].lines().rev().map(str::trim);
    let above = above.take_while(|it| it.starts_with('#') || it.starts_with("//"));
    let inside = from.lines().take_while(|it| !it.starts_with('}'));
    let mut found: Labels = above.chain(inside).filter_map(waiver).collect();
    found.sort();
    found.dedup_by(|one, other| one.0 == other.0);
    found
}

fn waiver(line: &str) -> Option<(SmolStr, SmolStr)> {
    let opening = OPENINGS.iter().find(|it| line.contains(**it))?;
    let rest = line.split_once(opening)?.1;
    let is_end = |it: char| it.is_whitespace() || it == ':';
    let end = rest.find(is_end).unwrap_or(rest.len());
    let (id, reason) = rest.split_at(end);
    Some((format!("{opening}{id}").into(), reason.trim_start_matches(is_end).into()))
}
