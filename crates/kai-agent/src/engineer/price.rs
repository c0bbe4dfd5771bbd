//! What models cost.

use crate::model::Usage;

/// The day of which the prices below are; providers change them.
pub const PRICES_OF: &str = "2026-08-22";

/// US dollars for a million tokens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Price {
    pub input: f64,
    pub output: f64,
    pub cache_read: f64,
    pub cache_write: f64,
}

/// How names begin, the longest first where one begins another; input and output.
const PRICES: &[(&str, f64, f64)] = &[
    ("claude-opus-4-1", 15.0, 75.0),
    ("claude-opus-4", 5.0, 25.0),
    ("claude-sonnet-4", 3.0, 15.0),
    ("claude-haiku-4", 1.0, 5.0),
    ("gpt-4.1-mini", 0.4, 1.6),
    ("gpt-4.1-nano", 0.1, 0.4),
    ("gpt-4.1", 2.0, 8.0),
    ("gpt-4o-mini", 0.15, 0.6),
    ("gpt-4o", 2.5, 10.0),
    ("gpt-5-mini", 0.25, 2.0),
    ("gpt-5-nano", 0.05, 0.4),
    ("deepseek-chat", 0.28, 0.42),
];

/// The price of a model by the name that its provider gives it, where it is known.
#[must_use]
pub fn price(model: &str) -> Option<Price> {
    let name = model.rsplit('/').next()?.to_lowercase();
    let (_, input, output) = PRICES.iter().find(|it| is_of(&name, it.0))?;
    // Anthropic charges a tenth to read from its cache and a quarter more to write to it.
    let (read, write) = if name.starts_with("claude") { (0.1, 1.25) } else { (1.0, 1.0) };
    Some(Price {
        input: *input,
        output: *output,
        cache_read: input * read,
        cache_write: input * write,
    })
}

/// A version may follow, and no other word: `gpt-4o-2024-08-06` is a `gpt-4o`, `gpt-4o-audio` is none.
fn is_of(name: &str, beginning: &str) -> bool {
    let rest = name.strip_prefix(beginning);
    rest.is_some_and(|it| it.chars().all(|it| it.is_ascii_digit() || it == '-') || it == "-latest")
}

impl Price {
    pub(super) fn of(&self, usage: &Usage) -> f64 {
        let tokens = |count: u64| count as f64;
        let sum = tokens(usage.input_fresh()) * self.input
            + tokens(usage.cache_read.unwrap_or_default()) * self.cache_read
            + tokens(usage.cache_write.unwrap_or_default()) * self.cache_write
            + tokens(usage.output.unwrap_or_default()) * self.output;
        sum / 1e6
    }

    /// The most that so many tokens may have cost.
    pub(super) fn of_tokens(&self, count: u64) -> f64 {
        count as f64 * self.output.max(self.input) / 1e6
    }
}
