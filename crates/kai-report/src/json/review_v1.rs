//! `kai.review/v1`, described by `docs/schema/kai.review.v1.json`.
//!
//! A field is never renamed or removed here; what must change becomes version 2.

use kai_assess::{Assessment, Assumption, LocatedProblem, ReadChart, SolidPoint, UnknownItem};
use kai_core as core;
use serde::Serialize;

const SCHEMA: &str = "kai.review/v1";

/// The assessment as JSON, ending in a line break.
#[must_use]
pub fn review(assessment: &Assessment) -> String {
    let review = Review::from(assessment);
    let mut text = serde_json::to_string_pretty(&review)
        .expect("strings and numbers, and map keys that are strings, always serialize");
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Review<'a> {
    schema: &'static str,
    verdict: &'a str,
    findings: Vec<Finding<'a>>,
    suppressed: Vec<Suppressed<'a>>,
    solid: Vec<Solid<'a>>,
    unknown: Vec<Unknown<'a>>,
    assumptions: Vec<AssumptionV1<'a>>,
    problems: Vec<Problem<'a>>,
    failures: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    charts: Vec<Chart<'a>>,
}

/// A chart that is not in what was reviewed and was fetched before.
#[derive(Serialize)]
struct Chart<'a> {
    name: &'a str,
    version: &'a str,
    digest: &'a str,
}

#[derive(Serialize)]
struct Finding<'a> {
    id: String,
    causes: Vec<String>,
    rule: &'a str,
    pillar: &'a str,
    level: &'a str,
    loss_class: &'a str,
    rank: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    bad_minutes: Option<IntervalV1>,
    title: &'a str,
    message: &'a str,
    component: &'a str,
    environment: &'a str,
    locations: Vec<Location<'a>>,
    blast_radius: &'a str,
    detection: &'a str,
    recovery: &'a str,
    fix: &'a str,
    verify: &'a str,
}

/// A finding that somebody accepted, who did, and why.
#[derive(Serialize)]
struct Suppressed<'a> {
    id: String,
    causes: Vec<String>,
    rule: &'a str,
    level: &'a str,
    loss_class: &'a str,
    title: &'a str,
    message: &'a str,
    component: &'a str,
    environment: &'a str,
    locations: Vec<Location<'a>>,
    by: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    check: Option<&'a str>,
    reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    at: Location<'a>,
}

/// A 90 % range, to three digits.
#[derive(Serialize)]
struct IntervalV1 {
    low: f64,
    typical: f64,
    high: f64,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    line: u32,
    column: u32,
    role: &'static str,
}

#[derive(Serialize)]
struct Solid<'a> {
    title: &'a str,
    component: &'a str,
    locations: Vec<Location<'a>>,
    verify: &'a str,
}

#[derive(Serialize)]
struct Unknown<'a> {
    message: &'a str,
    count: usize,
    locations: Vec<Location<'a>>,
}

#[derive(Serialize)]
struct AssumptionV1<'a> {
    key: &'a str,
    term: &'a str,
    unit: &'a str,
    low: f64,
    typical: f64,
    high: f64,
    citation: &'a str,
    finding_count: usize,
}

#[derive(Serialize)]
struct Problem<'a> {
    path: &'a str,
    line: u32,
    message: &'a str,
    remedy: &'a str,
}

impl<'a> From<&'a Assessment> for Review<'a> {
    fn from(it: &'a Assessment) -> Self {
        Self {
            schema: SCHEMA,
            verdict: &it.verdict,
            findings: it.findings.iter().map(Finding::from).collect(),
            suppressed: it.suppressed.iter().map(Suppressed::from).collect(),
            solid: it.solid.iter().map(Solid::from).collect(),
            unknown: it.unknown.iter().map(Unknown::from).collect(),
            assumptions: it.assumptions.iter().map(AssumptionV1::from).collect(),
            problems: it.problems.iter().map(Problem::from).collect(),
            failures: &it.failures,
            charts: it.reading.charts.iter().map(Chart::from).collect(),
        }
    }
}

impl<'a> From<&'a core::Finding> for Finding<'a> {
    fn from(it: &'a core::Finding) -> Self {
        Self {
            id: it.id.to_string(),
            causes: it.causes.iter().map(ToString::to_string).collect(),
            rule: it.rule,
            pillar: it.pillar.as_str(),
            level: it.level.as_str(),
            loss_class: it.loss_class.as_str(),
            rank: it.rank,
            bad_minutes: it.bad_minutes.map(IntervalV1::from),
            title: &it.title,
            message: &it.message,
            component: &it.component,
            environment: it.environment.as_str(),
            locations: locations(&it.locations),
            blast_radius: &it.blast_radius,
            detection: &it.detection,
            recovery: &it.recovery,
            fix: &it.remedy,
            verify: &it.verify,
        }
    }
}

impl From<core::Interval> for IntervalV1 {
    fn from(it: core::Interval) -> Self {
        Self {
            low: three_digits(it.low),
            typical: three_digits(it.typical),
            high: three_digits(it.high),
        }
    }
}

/// More digits would only show how floating point adds up.
pub(crate) fn three_digits(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return 0.0;
    }
    // The shortest text with three digits is the nearest such number.
    format!("{value:.2e}").parse().unwrap_or(value)
}

impl<'a> From<&'a core::Suppressed> for Suppressed<'a> {
    fn from(it: &'a core::Suppressed) -> Self {
        let (finding, by) = (&it.finding, &it.by);
        Self {
            id: finding.id.to_string(),
            causes: finding.causes.iter().map(ToString::to_string).collect(),
            rule: finding.rule,
            level: finding.level.as_str(),
            loss_class: finding.loss_class.as_str(),
            title: &finding.title,
            message: &finding.message,
            component: &finding.component,
            environment: finding.environment.as_str(),
            locations: locations(&finding.locations),
            by: by.kind.as_str(),
            check: match &by.kind {
                core::SuppressionKind::Tool { check, .. } => Some(check),
                core::SuppressionKind::Comment | core::SuppressionKind::Settings => None,
            },
            reason: &by.reason,
            until: by.until.map(|it| it.to_string()),
            at: location(&by.location),
        }
    }
}

impl<'a> From<&'a SolidPoint> for Solid<'a> {
    fn from(it: &'a SolidPoint) -> Self {
        Self {
            title: &it.title,
            component: &it.component,
            locations: locations(&it.locations),
            verify: &it.verify,
        }
    }
}

impl<'a> From<&'a UnknownItem> for Unknown<'a> {
    fn from(it: &'a UnknownItem) -> Self {
        Self { message: &it.message, count: it.count, locations: locations(&it.locations) }
    }
}

impl<'a> From<&'a Assumption> for AssumptionV1<'a> {
    fn from(it: &'a Assumption) -> Self {
        let core::Interval { low, typical, high } = it.interval;
        Self {
            key: &it.key,
            term: &it.term,
            unit: &it.unit,
            low,
            typical,
            high,
            citation: &it.citation,
            finding_count: it.finding_count,
        }
    }
}

impl<'a> From<&'a ReadChart> for Chart<'a> {
    fn from(it: &'a ReadChart) -> Self {
        Self { name: &it.name, version: &it.version, digest: &it.digest }
    }
}

impl<'a> From<&'a LocatedProblem> for Problem<'a> {
    fn from(it: &'a LocatedProblem) -> Self {
        Self {
            path: it.path.as_str(),
            line: it.line.max(1),
            message: &it.message,
            remedy: &it.remedy,
        }
    }
}

fn locations(locations: &[core::Location]) -> Vec<Location<'_>> {
    locations.iter().map(location).collect()
}

fn location(it: &core::Location) -> Location<'_> {
    Location {
        path: it.path.as_str(),
        line: it.line.max(1),
        column: it.column.max(1),
        role: match it.role {
            core::LocationRole::Primary => "primary",
            core::LocationRole::Same => "same",
            core::LocationRole::Related(_) => "related",
        },
    }
}
