//! A finding as a workflow command.
//!
//! Escapes are those of `actions/toolkit`, `packages/core/src/command.ts`.

use kai_assess::Assessment;
use kai_core::{Finding, Level};

use crate::Places;
use crate::terminal::{clean, count};

/// GitHub shows ten annotations of a kind a step; the last one says what the others would.
const SHOWN_MAX: usize = 9;

/// Commands, one a line: the worst findings, then a summary.
#[must_use]
pub fn review(assessment: &Assessment, places: &Places) -> String {
    let findings = &assessment.findings;
    let mut text: String =
        findings.iter().take(SHOWN_MAX).map(|it| annotation(it, places)).collect();
    text.push_str(&format!("::notice title=Kai::{}\n", data(&summary(assessment))));
    text
}

fn annotation(finding: &Finding, places: &Places) -> String {
    let title = format!(
        "{}: {}: {}",
        finding.level.as_str(),
        clean(&finding.component),
        clean(&finding.title)
    );
    let mut properties = Vec::new();
    if let Some(place) = finding.locations.first() {
        properties.push(format!("file={}", property(places.path(&place.path).as_str())));
        properties.push(format!("line={}", place.line.max(1)));
        properties.push(format!("col={}", place.column.max(1)));
    }
    properties.push(format!("title={}", property(&title)));
    let message = [
        clean(&finding.message),
        format!("Fix: {}", clean(&finding.remedy)),
        format!("Verify: {}", clean(&finding.verify)),
        format!("Rule: {}", finding.rule),
    ];
    format!("::{} {}::{}\n", kind(finding.level), properties.join(","), data(&message.join("\n")))
}

fn kind(level: Level) -> &'static str {
    match level {
        Level::Critical | Level::High => "error",
        Level::Medium => "warning",
        Level::Low => "notice",
    }
}

fn summary(assessment: &Assessment) -> String {
    let findings = &assessment.findings;
    let verdict = clean(&assessment.verdict);
    let mut text = match findings.len() {
        0 => verdict,
        all => format!("{verdict} {}.", count(all, "finding")),
    };
    if let Some(rest) = findings.len().checked_sub(SHOWN_MAX).filter(|&it| it > 0) {
        text.push_str(&format!(" {rest} of them stand only in the whole review."));
    }
    for failure in &assessment.failures {
        text.push_str(&format!(
            "\nI am wrong here, and this review is incomplete: {}",
            clean(failure)
        ));
    }
    text
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
