//! The rules by pillar.

use kai_core::Pillar;
use kai_rules::Rule;

use super::summary;
use crate::terminal::cut;

/// A line for each rule: its id, its level where no journey is known, and what it finds.
#[must_use]
pub fn text(rules: &[&Rule], width: usize) -> String {
    let mut sorted = rules.to_vec();
    sorted.sort_by_key(|it| (it.pillar, it.id));
    let longest = sorted.iter().map(|it| it.id.len()).max().unwrap_or_default();
    let (mut text, mut last) = (String::new(), None::<Pillar>);
    for rule in sorted {
        if last.replace(rule.pillar) != Some(rule.pillar) {
            text.push_str(&format!("{}\n", rule.pillar.as_str()));
        }
        let Rule { id, default_level, .. } = rule;
        let start = format!("  {id:longest$}  {:8}  ", default_level.as_str());
        let summary = cut(summary(rule), width.saturating_sub(start.len()));
        text.push_str(&format!("{start}{summary}\n"));
    }
    let count = rules.len();
    text + &format!("{count} rules. The page of one: kai explain RULE\n")
}
