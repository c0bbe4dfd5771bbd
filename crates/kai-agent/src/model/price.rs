//! What tokens cost, and how many fit.
//!
//! The table is of one day and says so; a price that the user configures comes before it.

use super::Usage;

/// The day whose prices the table has.
pub const PRICES_OF: &str = "2026-07-24";
/// Where they are from.
pub const PRICES_SOURCE: &str = "LiteLLM's model_prices_and_context_window.json (MIT), as of https://github.com/Wei-Shaw/model-price-repo at f9ff147";

/// A name, the window, four prices, and from which input on four others hold.
const TABLE: &str = include_str!("prices.tsv");

/// In dollars for a million tokens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Price {
    pub short: Rates,
    /// From so many tokens of input on, these hold for all of the call.
    pub long: Option<(u64, Rates)>,
}

/// In dollars for a million tokens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    pub input: f64,
    pub output: f64,
    pub cache_read: f64,
    pub cache_write: f64,
}

impl Price {
    /// In dollars.
    #[must_use]
    pub fn of(&self, usage: &Usage) -> f64 {
        let rates = match self.long {
            Some((from, rates)) if usage.input_total() > from => rates,
            _ => self.short,
        };
        let cost = |count: u64, rate: f64| count as f64 * rate / 1e6;
        cost(usage.input_fresh(), rates.input)
            + cost(usage.output.unwrap_or_default(), rates.output)
            + cost(usage.cache_read.unwrap_or_default(), rates.cache_read)
            + cost(usage.cache_write.unwrap_or_default(), rates.cache_write)
    }
}

/// The price of a model. `None` where nobody knows: then only tokens can be counted.
#[must_use]
pub fn price(model: &str) -> Option<Price> {
    let fields = row(model)?;
    let long = fields.get(6).and_then(|it| it.parse().ok()).zip(rates(fields.get(7..)?));
    Some(Price { short: rates(fields.get(2..6)?)?, long })
}

/// How many tokens fit into a conversation with it.
#[must_use]
pub fn window(model: &str) -> Option<u64> {
    row(model)?.get(1)?.parse().ok()
}

/// What is not written costs as much as input.
fn rates(fields: &[&str]) -> Option<Rates> {
    let rate = |at: usize| fields.get(at).and_then(|it| it.parse::<f64>().ok());
    let input = rate(0)?;
    Some(Rates {
        input,
        output: rate(1)?,
        cache_read: rate(2).unwrap_or(input),
        cache_write: rate(3).unwrap_or(input),
    })
}

/// The line of a model, whose name may have a maker before it and a date behind it.
fn row(model: &str) -> Option<Vec<&'static str>> {
    let name = model.rsplit('/').next().unwrap_or(model);
    let rows = || TABLE.lines().map(|it| it.split('\t').collect::<Vec<_>>());
    rows().find(|it| it[0] == name).or_else(|| rows().find(|it| it[0] == undated(name)))
}

fn undated(name: &str) -> &str {
    let digits = |it: &str| it.bytes().all(|it| it.is_ascii_digit());
    let is_date = |tail: &str| {
        let parts: Vec<&str> = tail.split('-').collect();
        let lengths: Vec<usize> = parts.iter().map(|it| it.len()).collect();
        parts.iter().all(|it| digits(it)) && (lengths == [8] || lengths == [4, 2, 2])
    };
    let at = name.match_indices('-').map(|(at, _)| at).find(|at| is_date(&name[at + 1..]));
    at.map_or(name, |at| &name[..at])
}

#[cfg(test)]
mod tests {
    use super::{TABLE, price, window};
    use crate::model::Usage;

    #[test]
    fn every_line_has_a_price_and_a_window() {
        for line in TABLE.lines() {
            let name = line.split('\t').next().unwrap();
            assert!(price(name).is_some() && window(name).is_some(), "{line}");
        }
    }

    #[test]
    fn a_call_costs_what_its_parts_cost() {
        let usage = Usage {
            input: Some(1_000_000),
            output: Some(100_000),
            cache_read: Some(400_000),
            cache_write: None,
            is_cache_in_input: true,
        };
        let mini = price("openai/gpt-4o-mini-2024-07-18").unwrap();
        let expected = 0.6 * 0.15 + 0.1 * 0.6 + 0.4 * 0.075;
        assert!((mini.of(&usage) - expected).abs() < 1e-9, "{}", mini.of(&usage));
        let apart = Usage { is_cache_in_input: false, ..usage };
        assert!((mini.of(&apart) - expected - 0.4 * 0.15).abs() < 1e-9);
        let long = price("claude-sonnet-4-5-20250929").unwrap();
        assert!((long.of(&usage) - (0.6 * 6.0 + 0.1 * 22.5 + 0.4 * 0.6)).abs() < 1e-9);
        assert_eq!(price("a-model-that-nobody-knows"), None);
    }
}
