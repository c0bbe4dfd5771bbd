//! A finding as GitLab reads it.

use kai_assess::Assessment;
use kai_core::{Finding, Level};
use serde::Serialize;

use crate::Places;
use crate::terminal::clean;

/// The report as JSON, ending in a line break.
#[must_use]
pub fn review(assessment: &Assessment, places: &Places) -> String {
    let issues: Vec<Issue<'_>> =
        assessment.findings.iter().map(|it| Issue::of(it, places)).collect();
    let mut text =
        serde_json::to_string_pretty(&issues).expect("strings and numbers always serialize");
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

impl<'a> Issue<'a> {
    fn of(finding: &'a Finding, places: &Places) -> Self {
        let place = finding.locations.first();
        Self {
            description: clean(&format!("{}: {}", finding.component, finding.message)),
            check_name: finding.rule,
            fingerprint: finding.id.to_string(),
            severity: severity(finding.level),
            location: Location {
                path: place.map(|it| places.path(&it.path).into_string()).unwrap_or_default(),
                lines: Lines { begin: place.map_or(1, |it| it.line.max(1)) },
            },
        }
    }
}

/// GitLab knows `info`, `minor`, `major`, `critical` and `blocker`; what blocks is for the user to say.
fn severity(level: Level) -> &'static str {
    match level {
        Level::Critical => "critical",
        Level::High => "major",
        Level::Medium => "minor",
        Level::Low => "info",
    }
}
