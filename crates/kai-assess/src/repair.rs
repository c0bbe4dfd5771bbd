//! The fixes of several findings, put together file by file.

use std::collections::BTreeMap;

use camino::Utf8PathBuf;
use kai_core::{Applicability, DocumentId, Edit, EvidenceId, Finding, Fix, Origins};

/// What would be changed, and what would not.
#[derive(Debug, Default)]
pub struct Repair {
    /// By path.
    pub files: Vec<RepairedFile>,
    /// Findings whose every fix is in, in the order of a review.
    pub applied: Vec<EvidenceId>,
    /// Findings with fixes that are not, in the order of a review.
    pub left_out: Vec<LeftOut>,
}

/// A file before and after.
#[derive(Debug)]
pub struct RepairedFile {
    pub path: Utf8PathBuf,
    pub before: String,
    pub after: String,
    pub edits: Vec<Edit>,
}

/// A finding with a fix that is not made.
#[derive(Debug)]
pub struct LeftOut {
    pub finding: EvidenceId,
    pub why: Why,
}

/// Why a fix is not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It alters behaviour, and nobody asked for that.
    Unsafe,
    /// A finding before it edits the same place.
    Overlap,
}

/// Puts the fixes together, worst finding first. A fix goes in whole or not at all, and a place is
/// edited once: whoever comes later meets another text and must look again.
#[must_use]
pub fn repair(findings: &[Finding], origins: &Origins, with_unsafe: bool) -> Repair {
    let mut accepted: BTreeMap<Utf8PathBuf, (DocumentId, Vec<Edit>)> = BTreeMap::new();
    let mut repair = Repair::default();
    for finding in findings.iter().filter(|it| !it.fixes.is_empty()) {
        let mut why = None;
        for fix in &finding.fixes {
            if fix.applicability == Applicability::Unsafe && !with_unsafe {
                why = why.or(Some(Why::Unsafe));
            } else if !accept(fix, origins, &mut accepted) {
                why = Some(Why::Overlap);
            }
        }
        match why {
            Some(why) => repair.left_out.push(LeftOut { finding: finding.id, why }),
            None => repair.applied.push(finding.id),
        }
    }
    repair.files = accepted
        .into_iter()
        .map(|(path, (document, edits))| {
            let before = origins.document(document).text.clone();
            let after = Edit::apply(&before, &edits);
            RepairedFile { path, before, after, edits }
        })
        .collect();
    repair
}

/// Takes all edits of a fix, or none of them; edits that are in already are the same fix.
fn accept(
    fix: &Fix,
    origins: &Origins,
    accepted: &mut BTreeMap<Utf8PathBuf, (DocumentId, Vec<Edit>)>,
) -> bool {
    let mut new = Vec::new();
    for edit in &fix.edits {
        let path = &origins.document(edit.span.document).path;
        let (others, is_other_text) = match accepted.get(path) {
            Some((document, edits)) => (edits.as_slice(), *document != edit.span.document),
            None => (&[][..], false),
        };
        if others.contains(edit) {
            continue;
        }
        if is_other_text || others.iter().any(|it| overlap(it, edit)) {
            return false;
        }
        new.push((path, edit));
    }
    for (path, edit) in new {
        let (_, edits) =
            accepted.entry(path.clone()).or_insert_with(|| (edit.span.document, Vec::new()));
        edits.push(edit.clone());
    }
    true
}

/// True where the order of the edits would matter: they share bytes, or begin at one place.
fn overlap(one: &Edit, other: &Edit) -> bool {
    let (one, other) = (one.span, other.span);
    one.start == other.start || one.start < other.end && other.start < one.end
}
