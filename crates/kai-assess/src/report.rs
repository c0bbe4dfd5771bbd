//! Whether a file is a report of a scanner, before anything is read with it.

use camino::Utf8Path;
use kai_core::{LocationRole, Origins};
use kai_syntax::json::{self, JsonOptions};

/// Why a file is no report that is read here, and at which line; nothing for one that is.
#[must_use]
pub fn not_a_report(path: &Utf8Path, bytes: &[u8]) -> Option<(u32, String)> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Some((1, "this is not UTF-8".to_owned()));
    };
    let origins = Origins::new();
    let document = origins.add_document(path.to_owned(), text.to_owned())?;
    let parsed = json::parse(&origins, document, &JsonOptions::dump());
    if let Some(problem) = parsed.problems.first() {
        let place = problem.span.map(|it| origins.location_of(it, LocationRole::Primary));
        return Some((place.map_or(1, |it| it.line), problem.message.clone()));
    }
    let is_report = parsed.documents.iter().any(|it| kai_compose::is_report(&it.node));
    let known = "this is no report that I read: JSON of Trivy or Grype, SARIF of Trivy, Grype or Snyk Container, \
                 CycloneDX or SPDX in JSON";
    (!is_report).then(|| (1, known.to_owned()))
}
