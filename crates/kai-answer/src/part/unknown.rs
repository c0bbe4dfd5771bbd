//! What could not be seen.

use kai_core::{Evidence, EvidenceKind};

use crate::answer::Statement;
use crate::case::Case;
use crate::words::{count, sentence};

/// The largest causes of not knowing.
pub(crate) fn unknown(case: Case<'_>, shown: usize) -> Vec<Statement> {
    let items = case.assessment.unknown.iter().take(shown);
    items
        .map(|it| {
            let places = it.locations.first().cloned().into_iter().collect();
            let details = vec![count(it.count, "place")];
            let evidence =
                Evidence::new(EvidenceKind::Absence, "", it.message.clone(), details, places);
            Statement::new(sentence(&it.message), vec![evidence])
        })
        .collect()
}
