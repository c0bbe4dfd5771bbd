//! `kai.ask/v1`, described by `docs/schema/kai.ask.v1.json`.
//!
//! A field is never renamed or removed here; what must change becomes version 2.

use kai_core::Evidence;
use serde::Serialize;

use crate::answer::{Answer, Section, Statement};
use crate::ask::Unanswered;

const SCHEMA: &str = "kai.ask/v1";

/// The answer as JSON, ending in a line break.
#[must_use]
pub fn json(answer: &Answer) -> String {
    print(&AskV1 {
        schema: SCHEMA,
        question: &answer.question,
        is_answered: true,
        intent: Some(answer.intent),
        subject: Some(answer.subject.as_str()).filter(|it| !it.is_empty()),
        reading: answer.reading.as_deref(),
        answer: answer.direct.iter().map(StatementV1::from).collect(),
        sections: answer.sections.iter().map(SectionV1::from).collect(),
        incident: answer.incident.map(|it| IncidentV1 {
            id: it.id,
            organisation: it.organisation,
            month: it.month,
            what: it.what,
            url: it.url,
        }),
        evidence: answer.evidence().into_iter().map(EvidenceV1::from).collect(),
        refusal: None,
    })
}

/// Why there is no answer, in the same format.
#[must_use]
pub fn refusal(unanswered: &Unanswered) -> String {
    print(&AskV1 {
        schema: SCHEMA,
        question: &unanswered.question,
        is_answered: false,
        intent: None,
        subject: None,
        reading: None,
        answer: Vec::new(),
        sections: Vec::new(),
        incident: None,
        evidence: Vec::new(),
        refusal: Some(RefusalV1 {
            reason: &unanswered.reason,
            suggestions: &unanswered.suggestions,
            can_answer: crate::answerable(),
        }),
    })
}

fn print(ask: &AskV1<'_>) -> String {
    let mut text = serde_json::to_string_pretty(ask).expect("strings and numbers always serialize");
    text.push('\n');
    text
}

#[derive(Serialize)]
struct AskV1<'a> {
    schema: &'static str,
    question: &'a str,
    is_answered: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    intent: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reading: Option<&'a str>,
    answer: Vec<StatementV1<'a>>,
    sections: Vec<SectionV1<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    incident: Option<IncidentV1<'a>>,
    evidence: Vec<EvidenceV1<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<RefusalV1<'a>>,
}

#[derive(Serialize)]
struct StatementV1<'a> {
    text: &'a str,
    evidence: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    blank: Option<&'a str>,
}

#[derive(Serialize)]
struct SectionV1<'a> {
    step: &'a str,
    title: &'a str,
    is_numbered: bool,
    statements: Vec<StatementV1<'a>>,
}

#[derive(Serialize)]
struct IncidentV1<'a> {
    id: &'a str,
    organisation: &'a str,
    month: &'a str,
    what: &'a str,
    url: &'a str,
}

#[derive(Serialize)]
struct EvidenceV1<'a> {
    id: String,
    kind: &'a str,
    subject: &'a str,
    text: &'a str,
    details: &'a [String],
    places: Vec<PlaceV1<'a>>,
}

#[derive(Serialize)]
struct PlaceV1<'a> {
    path: &'a str,
    line: u32,
}

#[derive(Serialize)]
struct RefusalV1<'a> {
    reason: &'a str,
    suggestions: &'a [String],
    can_answer: Vec<&'static str>,
}

impl<'a> From<&'a Statement> for StatementV1<'a> {
    fn from(it: &'a Statement) -> Self {
        Self {
            text: &it.text,
            evidence: it.evidence.iter().map(Evidence::name).collect(),
            command: it.command.as_deref(),
            blank: it.blank.as_ref().map(|it| it.line.as_str()),
        }
    }
}

impl<'a> From<&'a Section> for SectionV1<'a> {
    fn from(it: &'a Section) -> Self {
        Self {
            step: it.step.as_str(),
            title: it.title,
            is_numbered: it.is_numbered,
            statements: it.statements.iter().map(StatementV1::from).collect(),
        }
    }
}

impl<'a> From<&'a Evidence> for EvidenceV1<'a> {
    fn from(it: &'a Evidence) -> Self {
        let place = |it: &'a kai_core::Location| PlaceV1 { path: it.path.as_str(), line: it.line };
        Self {
            id: it.name(),
            kind: it.kind.as_str(),
            subject: &it.subject,
            text: &it.text,
            details: &it.details,
            places: it.places.iter().map(place).collect(),
        }
    }
}
