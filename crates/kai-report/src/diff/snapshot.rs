//! A review as far as it can be compared.

use kai_assess::Assessment;
use kai_core::{Environment, Finding, Level, LossClass, Suppressed};
use serde::Deserialize;

/// The findings of a review, by rank, and those that somebody accepted.
#[derive(Debug, Default)]
pub struct Snapshot {
    pub findings: Vec<Entry>,
    pub allowed: Vec<Entry>,
}

/// A finding as far as it can be compared and shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub id: String,
    /// Everything that it stands for.
    pub causes: Vec<String>,
    pub rule: String,
    pub level: Level,
    pub loss_class: LossClass,
    pub environment: Environment,
    pub component: String,
    pub title: String,
    pub message: String,
    /// The line to edit; empty and 0 where none is named.
    pub path: String,
    pub line: u32,
    /// Typical, a year.
    pub bad_minutes: Option<f64>,
    /// Why somebody accepts it, where somebody does.
    pub allowance: Option<String>,
}

impl Snapshot {
    #[must_use]
    pub fn of(assessment: &Assessment) -> Self {
        Self {
            findings: assessment.findings.iter().map(Entry::of).collect(),
            allowed: assessment.suppressed.iter().map(Entry::of_allowed).collect(),
        }
    }

    /// Reads `kai.review/v1`.
    ///
    /// # Errors
    /// What is wrong with the text, as a clause.
    pub fn read(text: &str) -> Result<Self, String> {
        let review: ReviewFile = serde_json::from_str(text).map_err(|it| it.to_string())?;
        if review.schema != "kai.review/v1" {
            return Err(format!("its `schema` is `{}`, not `kai.review/v1`", review.schema));
        }
        let entries = |files: Vec<FindingFile>| files.into_iter().map(FindingFile::entry).collect();
        let findings: Result<Vec<Entry>, String> = entries(review.findings);
        let allowed: Result<Vec<Entry>, String> = entries(review.suppressed);
        Ok(Self { findings: findings?, allowed: allowed? })
    }
}

impl Entry {
    fn of(finding: &Finding) -> Self {
        let place = finding.locations.first();
        Self {
            id: finding.id.to_string(),
            causes: finding.causes.iter().map(ToString::to_string).collect(),
            rule: finding.rule.to_owned(),
            level: finding.level,
            loss_class: finding.loss_class,
            environment: finding.environment,
            component: finding.component.clone(),
            title: finding.title.clone(),
            message: finding.message.clone(),
            path: place.map(|it| it.path.to_string()).unwrap_or_default(),
            line: place.map_or(0, |it| it.line),
            bad_minutes: finding.bad_minutes.map(|it| it.typical),
            allowance: None,
        }
    }

    fn of_allowed(suppressed: &Suppressed) -> Self {
        let allowance = Some(suppressed.by.reason.clone());
        Self { allowance, ..Self::of(&suppressed.finding) }
    }
}

/// The fields that are read; a later Kai may write more.
#[derive(Deserialize)]
struct ReviewFile {
    schema: String,
    #[serde(default)]
    findings: Vec<FindingFile>,
    #[serde(default)]
    suppressed: Vec<FindingFile>,
}

#[derive(Deserialize)]
struct FindingFile {
    id: String,
    #[serde(default)]
    causes: Vec<String>,
    rule: String,
    level: String,
    loss_class: String,
    environment: String,
    component: String,
    title: String,
    message: String,
    #[serde(default)]
    locations: Vec<LocationFile>,
    bad_minutes: Option<IntervalFile>,
    /// Of what is suppressed.
    reason: Option<String>,
}

#[derive(Deserialize)]
struct LocationFile {
    path: String,
    line: u32,
}

#[derive(Deserialize)]
struct IntervalFile {
    typical: f64,
}

impl FindingFile {
    fn entry(self) -> Result<Entry, String> {
        use Environment::{Archive, Development, Example, Production, Staging};
        use LossClass::{Compromise, Degraded, Irreversible, Outage, Toil};
        let levels = [Level::Critical, Level::High, Level::Medium, Level::Low];
        let classes = [Irreversible, Compromise, Outage, Degraded, Toil];
        let environments = [Production, Staging, Development, Example, Archive];
        let place = self.locations.into_iter().next();
        Ok(Entry {
            causes: if self.causes.is_empty() { vec![self.id.clone()] } else { self.causes },
            level: named(&self.level, &levels, Level::as_str)?,
            loss_class: named(&self.loss_class, &classes, LossClass::as_str)?,
            environment: named(&self.environment, &environments, Environment::as_str)?,
            id: self.id,
            rule: self.rule,
            component: self.component,
            title: self.title,
            message: self.message,
            line: place.as_ref().map_or(0, |it| it.line),
            path: place.map(|it| it.path).unwrap_or_default(),
            bad_minutes: self.bad_minutes.map(|it| it.typical),
            allowance: self.reason,
        })
    }
}

fn named<T: Copy>(name: &str, all: &[T], as_str: fn(T) -> &'static str) -> Result<T, String> {
    let found = all.iter().copied().find(|&it| as_str(it) == name);
    found.ok_or_else(|| {
        let known: Vec<_> = all.iter().map(|&it| format!("`{}`", as_str(it))).collect();
        format!("`{name}` is none of {}", known.join(", "))
    })
}
