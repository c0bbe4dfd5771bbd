//! Edits as replacements.

use std::collections::BTreeMap;

use camino::Utf8PathBuf;
use kai_core::{Applicability, Edit, Finding, Origins};

use super::log::{ArtifactChange, ArtifactLocation, Fix, Message, Region, Replacement};
use super::result::uri;
use crate::Places;

/// One fix, because several would be alternatives: all edits of a finding belong together.
pub(super) fn fix(finding: &Finding, origins: &Origins, places: &Places) -> Option<Fix> {
    let first = finding.fixes.first()?;
    let mut changes: BTreeMap<Utf8PathBuf, Vec<Replacement>> = BTreeMap::new();
    for edit in finding.fixes.iter().flat_map(|it| &it.edits) {
        let path = places.path(origins.document(edit.span.document).path());
        changes.entry(path).or_default().push(replacement(edit, origins));
    }
    let is_safe = finding.fixes.iter().all(|it| it.applicability == Applicability::Safe);
    let ask = if is_safe { "" } else { "; this changes behaviour, so look at it first" };
    Some(Fix {
        description: format!("{}{ask}", first.title).into(),
        artifact_changes: changes.into_iter().map(|(path, it)| change(path, it)).collect(),
    })
}

fn change(path: Utf8PathBuf, replacements: Vec<Replacement>) -> ArtifactChange {
    ArtifactChange { artifact_location: ArtifactLocation { uri: uri(&path) }, replacements }
}

fn replacement(edit: &Edit, origins: &Origins) -> Replacement {
    let document = origins.document(edit.span.document);
    let (start, end) = (document.position(edit.span.start), document.position(edit.span.end));
    let inserted = (!edit.text.is_empty()).then(|| Message::from(edit.text.clone()));
    Replacement {
        deleted_region: Region {
            start_line: start.line,
            start_column: start.column,
            end_line: Some(end.line),
            end_column: Some(end.column),
        },
        inserted_content: inserted,
    }
}
