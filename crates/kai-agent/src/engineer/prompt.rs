//! What a model is told of its work.

const PERSONA: &str = include_str!("../export/text/persona.md");
const RULES: &str = include_str!("rules.md");

/// The same for every question, so that providers remember it.
#[must_use]
pub fn system() -> String {
    format!("{PERSONA}\n\n{RULES}")
}
