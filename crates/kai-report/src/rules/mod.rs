//! The rules as a list: for a terminal by pillar, and as `kai.rules/v1`.

mod json;
mod text;

pub use json::json;
pub use text::text;

use kai_rules::Rule;

/// What a rule finds: the first line of its page under the title.
fn summary(rule: &Rule) -> &'static str {
    let mut lines = rule.doc.lines().skip(1);
    lines.find(|it| !it.trim().is_empty()).unwrap_or_default().trim()
}
