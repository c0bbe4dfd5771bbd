//! What a revision means tomorrow.

use kai_graph::{RevisionKind, Upstream};

use super::floating;

/// True where what is applied changes without a change of the order: a branch, a range of versions.
pub(super) fn moves(source: &Upstream) -> bool {
    let text = source.revision.value();
    match source.revision_kind {
        Some(RevisionKind::Tag | RevisionKind::Content) => false,
        Some(RevisionKind::Range) => floating(source).is_some(),
        // A branch may be called like a version.
        Some(RevisionKind::Branch) => text.is_some_and(|it| !it.contains("${")),
        None if source.chart.is_some() => floating(source).is_some(),
        None => text.map_or(source.revision.is_not_declared(), |it| !is_fixed(it)),
    }
}

/// True for a commit, short or whole, for a tag, and for what looks like one: it begins or ends as versions do.
fn is_fixed(revision: &str) -> bool {
    let is_commit =
        (7..=64).contains(&revision.len()) && revision.bytes().all(|it| it.is_ascii_hexdigit());
    let name = revision.rsplit(['/', '@']).next().unwrap_or_default().trim_start_matches('v');
    let is_range = revision.contains(['*', '^', '~', '>', '<']);
    let begins_as_version = name.starts_with(|it: char| it.is_ascii_digit()) && name.contains('.');
    let ends_as_version = name.ends_with(|it: char| it.is_ascii_digit());
    let is_version = !is_range && (begins_as_version || ends_as_version);
    let is_given_later = revision.contains("{{") || revision.contains("${");
    is_commit || is_version || is_given_later || revision.starts_with("refs/tags/")
}
