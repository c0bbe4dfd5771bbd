//! A finding as a result.

use std::collections::BTreeSet;

use camino::Utf8Path;
use kai_assess::{Assessment, LocatedProblem};
use kai_core::{self as core, Finding, LocationRole, Origins, SuppressionKind};

use super::fix::fix;
use super::log::{
    ArtifactLocation, Driver, Fingerprints, Invocation, Location, Log, LogResult, Message,
    Notification, PhysicalLocation, Region, ResultProperties, Run, SCHEMA, Suppression, Tool,
    VERSION,
};
use super::rule::{descriptor, level};
use crate::Places;
use crate::diff::{Comparison, State};
use crate::terminal::clean;

/// The log as JSON, ending in a line break. With a baseline every result says what it was then.
#[must_use]
pub fn review(
    assessment: &Assessment,
    origins: &Origins,
    places: &Places,
    baseline: Option<&Comparison>,
) -> String {
    let accepted = assessment.suppressed.iter().map(|it| (&it.finding, Some(&it.by)));
    let all: Vec<_> = assessment.findings.iter().map(|it| (it, None)).chain(accepted).collect();
    let ids: BTreeSet<&str> = all.iter().map(|(it, _)| it.rule).collect();
    let rules: Vec<_> = ids.into_iter().filter_map(kai_rules::rule).collect();
    let result = |(finding, by): &(&Finding, Option<&core::Suppression>)| {
        let rule_index = rules.iter().position(|it| it.id == finding.rule)?;
        let suppressions = by.iter().map(|it| suppression(it, places)).collect();
        let baseline_state = baseline.map(|it| state(it.state(&finding.id.to_string())));
        Some(LogResult {
            suppressions,
            baseline_state,
            ..result(finding, rule_index, origins, places)
        })
    };
    let run = Run {
        tool: Tool {
            driver: Driver {
                name: "Kai",
                semantic_version: env!("CARGO_PKG_VERSION"),
                rules: rules.iter().map(|it| descriptor(it)).collect(),
            },
        },
        invocations: [invocation(assessment, places)],
        column_kind: "unicodeCodePoints",
        results: all.iter().filter_map(result).collect(),
    };
    let log = Log { schema: SCHEMA, version: VERSION, runs: [run] };
    let mut text =
        serde_json::to_string_pretty(&log).expect("strings and numbers always serialize");
    text.push('\n');
    text
}

fn result(finding: &Finding, rule_index: usize, origins: &Origins, places: &Places) -> LogResult {
    let (own, others) = finding.locations.split_at(finding.locations.len().min(1));
    LogResult {
        rule_id: finding.rule,
        rule_index,
        level: level(finding.level),
        message: words(finding).into(),
        locations: own.iter().map(|it| location(it, None, places)).collect(),
        related_locations: (1..)
            .zip(others)
            .map(|(id, it)| location(it, Some(id), places))
            .collect(),
        partial_fingerprints: Fingerprints { finding_id: finding.id.to_string() },
        fixes: fix(finding, origins, places).into_iter().collect(),
        suppressions: Vec::new(),
        baseline_state: None,
        properties: ResultProperties {
            level: finding.level.as_str(),
            loss_class: finding.loss_class.as_str(),
            pillar: finding.pillar.as_str(),
            environment: finding.environment.as_str(),
            component: clean(&finding.component),
        },
    }
}

/// A result that is `absent` is left out: code scanning shows every result as open.
fn state(state: State) -> &'static str {
    match state {
        State::New => "new",
        State::Changed => "updated",
        State::Unchanged => "unchanged",
    }
}

/// Who accepted a finding: beside the line, or apart from it in `kai.yaml`.
fn suppression(by: &core::Suppression, places: &Places) -> Suppression {
    let is_apart = by.kind == SuppressionKind::Settings;
    Suppression {
        kind: if is_apart { "external" } else { "inSource" },
        status: "accepted",
        justification: clean(&by.reason),
        location: location(&by.location, None, places),
    }
}

/// The sentence that a viewer shows first, then what a reader needs, a paragraph each.
fn words(finding: &Finding) -> String {
    let paragraphs = [
        format!("{}: {}. {}", finding.component, finding.title, finding.message),
        format!("Breaks: {}", finding.blast_radius),
        format!("Know: {}", finding.detection),
        format!("Recover: {}", finding.recovery),
        format!("Fix: {}", finding.remedy),
        format!("Verify: {}", finding.verify),
    ];
    paragraphs.map(|it| plain(&it)).join("\n\n")
}

/// A message may hold links, which a reviewed file must not be able to write.
fn plain(text: &str) -> String {
    clean(text).replace("](", "] (")
}

fn location(location: &core::Location, id: Option<usize>, places: &Places) -> Location {
    let message = match &location.role {
        LocationRole::Primary => None,
        LocationRole::Same => Some("the same cause, seen through this root".to_owned()),
        LocationRole::Related(note) => Some(plain(note)),
    };
    let region = Region {
        start_line: location.line,
        start_column: location.column.max(1),
        end_line: None,
        end_column: None,
    };
    Location {
        id,
        physical_location: physical(&location.path, (location.line > 0).then_some(region), places),
        message: message.map(Message::from),
    }
}

fn physical(path: &Utf8Path, region: Option<Region>, places: &Places) -> PhysicalLocation {
    let uri = uri(&places.path(path));
    PhysicalLocation { artifact_location: ArtifactLocation { uri }, region }
}

/// What went wrong: in Kai, and in the files.
fn invocation(assessment: &Assessment, places: &Places) -> Invocation {
    let failures = assessment.failures.iter().map(|it| Notification {
        level: "error",
        message: plain(&format!("I am wrong here, and this review is incomplete: {it}")).into(),
        locations: Vec::new(),
    });
    let problems = assessment.problems.iter().map(|it| problem(it, places));
    Invocation {
        execution_successful: assessment.failures.is_empty(),
        tool_execution_notifications: failures.chain(problems).collect(),
    }
}

fn problem(problem: &LocatedProblem, places: &Places) -> Notification {
    let region =
        Region { start_line: problem.line, start_column: 1, end_line: None, end_column: None };
    let physical_location = physical(&problem.path, (problem.line > 0).then_some(region), places);
    Notification {
        level: "warning",
        message: plain(&format!("{}; {}", problem.message, problem.remedy)).into(),
        locations: vec![Location { id: None, physical_location, message: None }],
    }
}

/// A path as a relative reference (RFC 3986, section 4.2), or as a file's address.
pub(super) fn uri(path: &Utf8Path) -> String {
    let parts = path.as_str().split('/').map(encoded).collect::<Vec<_>>().join("/");
    if path.is_absolute() { format!("file://{parts}") } else { parts }
}

fn encoded(part: &str) -> String {
    let is_kept = |it: u8| it.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=@".contains(&it);
    part.bytes()
        .map(|it| if is_kept(it) { char::from(it).to_string() } else { format!("%{it:02X}") })
        .collect()
}
