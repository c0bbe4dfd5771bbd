//! `kai.rules/v1`.

use kai_rules::Rule;
use serde::Serialize;

use super::summary;

const SCHEMA: &str = "kai.rules/v1";

#[derive(Serialize)]
struct Rules<'a> {
    schema: &'static str,
    rules: Vec<RuleV1<'a>>,
}

#[derive(Serialize)]
struct RuleV1<'a> {
    id: &'a str,
    pillar: &'a str,
    /// Where no journey is known.
    default_level: &'a str,
    since: &'a str,
    summary: &'a str,
}

/// The rules by id, ending in a line break.
#[must_use]
pub fn json(rules: &[&Rule]) -> String {
    let rule = |it: &&Rule| RuleV1 {
        id: it.id,
        pillar: it.pillar.as_str(),
        default_level: it.default_level.as_str(),
        since: it.since,
        summary: summary(it),
    };
    let all = Rules { schema: SCHEMA, rules: rules.iter().map(rule).collect() };
    let text = serde_json::to_string_pretty(&all).expect("strings always serialize");
    text + "\n"
}
