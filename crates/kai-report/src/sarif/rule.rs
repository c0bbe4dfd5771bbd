//! A rule and its page.

use kai_core::{Level, Pillar};
use kai_rules::Rule;

use super::log::{Configuration, MultiformatMessage, ReportingDescriptor, RuleProperties};

pub(super) fn descriptor(rule: &'static Rule) -> ReportingDescriptor {
    let page = rule.doc.split_once('\n').map_or("", |(_, rest)| rest).trim();
    // Examples are long, and a viewer shows the reader's own lines beside the help.
    let help = page.split("\n## Examples").next().unwrap_or(page).trim();
    let summary = page.split("\n\n").next().unwrap_or_default();
    ReportingDescriptor {
        id: rule.id,
        short_description: one_line(summary).into(),
        full_description: one_line(section(page, "What breaks").unwrap_or(summary)).into(),
        help: MultiformatMessage { text: help.replace("## ", ""), markdown: help.to_owned() },
        default_configuration: Configuration { level: level(rule.default_level) },
        properties: RuleProperties { tags: tags(rule.pillar) },
    }
}

/// `none` is never used: what is at risk is never of no consequence.
pub(super) fn level(level: Level) -> &'static str {
    match level {
        Level::Critical | Level::High => "error",
        Level::Medium => "warning",
        Level::Low => "note",
    }
}

/// Code scanning lists what is tagged `security` apart; the others are about reliability.
fn tags(pillar: Pillar) -> Vec<&'static str> {
    match pillar {
        Pillar::Security => vec![pillar.as_str()],
        _ => vec!["reliability", pillar.as_str()],
    }
}

fn section<'a>(page: &'a str, heading: &str) -> Option<&'a str> {
    let (_, rest) = page.split_once(&format!("## {heading}\n"))?;
    rest.split("\n## ").next()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
