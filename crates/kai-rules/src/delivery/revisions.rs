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
        None if text.is_some() => !source.is_pinned(),
        None => source.revision.is_not_declared(),
    }
}
