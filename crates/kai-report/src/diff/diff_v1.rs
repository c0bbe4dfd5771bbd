//! `kai.diff/v1`, described by `docs/schema/kai.diff.v1.json`.
//!
//! A field is never renamed or removed here; what must change becomes version 2.

use serde::Serialize;

use super::compare::{Allowed, Change, Comparison};
use super::snapshot::Entry;
use crate::json::three_digits;

const SCHEMA: &str = "kai.diff/v1";

/// The comparison as JSON, ending in a line break.
#[must_use]
pub fn json(comparison: &Comparison) -> String {
    let diff = Diff::from(comparison);
    let mut text =
        serde_json::to_string_pretty(&diff).expect("strings and numbers always serialize");
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Diff<'a> {
    schema: &'static str,
    verdict: &'a str,
    new: Vec<Finding<'a>>,
    worse: Vec<ChangeV1<'a>>,
    better: Vec<ChangeV1<'a>>,
    gone: Vec<Finding<'a>>,
    allowed: Vec<AllowedV1<'a>>,
    same_count: usize,
}

#[derive(Serialize)]
struct AllowedV1<'a> {
    is_new: bool,
    reason: &'a str,
    finding: Finding<'a>,
}

#[derive(Serialize)]
struct ChangeV1<'a> {
    how: &'a str,
    before: Finding<'a>,
    after: Finding<'a>,
}

#[derive(Serialize)]
struct Finding<'a> {
    id: &'a str,
    rule: &'a str,
    level: &'a str,
    loss_class: &'a str,
    environment: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    bad_minutes: Option<f64>,
    component: &'a str,
    title: &'a str,
    message: &'a str,
    path: &'a str,
    line: u32,
}

impl<'a> From<&'a Comparison> for Diff<'a> {
    fn from(it: &'a Comparison) -> Self {
        Self {
            schema: SCHEMA,
            verdict: &it.verdict,
            new: it.new.iter().map(Finding::from).collect(),
            worse: it.worse.iter().map(ChangeV1::from).collect(),
            better: it.better.iter().map(ChangeV1::from).collect(),
            gone: it.gone.iter().map(Finding::from).collect(),
            allowed: it.allowed.iter().map(AllowedV1::from).collect(),
            same_count: it.same.len(),
        }
    }
}

impl<'a> From<&'a Allowed> for AllowedV1<'a> {
    fn from(it: &'a Allowed) -> Self {
        Self {
            is_new: it.is_new,
            reason: it.entry.allowance.as_deref().unwrap_or_default(),
            finding: Finding::from(&it.entry),
        }
    }
}

impl<'a> From<&'a Change> for ChangeV1<'a> {
    fn from(it: &'a Change) -> Self {
        Self { how: &it.how, before: Finding::from(&it.before), after: Finding::from(&it.after) }
    }
}

impl<'a> From<&'a Entry> for Finding<'a> {
    fn from(it: &'a Entry) -> Self {
        Self {
            id: &it.id,
            rule: &it.rule,
            level: it.level.as_str(),
            loss_class: it.loss_class.as_str(),
            environment: it.environment.as_str(),
            bad_minutes: it.bad_minutes.map(three_digits),
            component: &it.component,
            title: &it.title,
            message: &it.message,
            path: &it.path,
            line: it.line,
        }
    }
}
