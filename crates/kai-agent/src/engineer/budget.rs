//! What an answer may cost.

use std::fmt;
use std::time::Duration;

use crate::model::{Price, Usage};

/// Limits; the first that is reached ends the work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Budget {
    /// Calls of the model.
    pub steps: u32,
    pub tokens: u64,
    /// In US dollars. Nothing where it does not matter.
    pub dollars: Option<f64>,
    pub time: Duration,
}

impl Default for Budget {
    fn default() -> Self {
        Self { steps: 30, tokens: 400_000, dollars: None, time: Duration::from_secs(600) }
    }
}

/// What it has cost so far.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Spent {
    pub steps: u32,
    pub tokens: u64,
    /// Nothing where nobody knows the price.
    pub dollars: Option<f64>,
    pub time: Duration,
}

/// Which limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    Steps,
    Tokens,
    Dollars,
    /// There is a limit of money, and no price.
    Price,
    Time,
}

/// Where a provider does not count, four bytes are taken for one token.
const BYTES_A_TOKEN: u64 = 4;

impl Spent {
    /// Adds one call of a model; `said` is how many bytes went both ways.
    pub(super) fn add(&mut self, usage: &Usage, said: u64, price: Option<&Price>) {
        self.steps += 1;
        let is_counted = usage.input.is_some() && usage.output.is_some();
        let estimate = said / BYTES_A_TOKEN;
        self.tokens = self.tokens.saturating_add(if is_counted {
            usage.total()
        } else {
            usage.total().max(estimate)
        });
        if let Some(price) = price {
            let cost = if is_counted { price.of(usage) } else { most(price, estimate) };
            self.dollars = Some(self.dollars.unwrap_or_default() + cost);
        }
    }

    /// Adds what somebody else spent on the same question; its time passed meanwhile.
    pub(super) fn add_other(&mut self, other: &Self) {
        self.steps += other.steps;
        self.tokens = self.tokens.saturating_add(other.tokens);
        if let Some(dollars) = other.dollars {
            self.dollars = Some(self.dollars.unwrap_or_default() + dollars);
        }
    }
}

/// The most that so many tokens may have cost.
fn most(price: &Price, tokens: u64) -> f64 {
    let usage = Usage { output: Some(tokens), ..Usage::default() };
    let read = Usage { input: Some(tokens), ..Usage::default() };
    price.of(&usage).max(price.of(&read))
}

impl Budget {
    /// The limit that is reached, if one is.
    #[must_use]
    pub fn reached(&self, spent: &Spent, has_price: bool) -> Option<Limit> {
        if spent.steps >= self.steps {
            return Some(Limit::Steps);
        }
        if spent.tokens >= self.tokens {
            return Some(Limit::Tokens);
        }
        if spent.time >= self.time {
            return Some(Limit::Time);
        }
        let max = self.dollars?;
        match spent.dollars {
            None if !has_price => Some(Limit::Price),
            dollars if dollars.unwrap_or_default() >= max => Some(Limit::Dollars),
            _ => None,
        }
    }

    /// What is left, a part of which a helper may have.
    #[must_use]
    pub fn rest(&self, spent: &Spent) -> Self {
        Self {
            steps: self.steps.saturating_sub(spent.steps),
            tokens: self.tokens.saturating_sub(spent.tokens),
            dollars: self.dollars.map(|it| (it - spent.dollars.unwrap_or_default()).max(0.0)),
            time: self.time.saturating_sub(spent.time),
        }
    }

    /// True where only one more call of the model fits.
    pub(super) fn is_last(&self, spent: &Spent) -> bool {
        spent.steps + 1 >= self.steps
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Steps => "the limit of steps is reached",
            Self::Tokens => "the limit of tokens is reached",
            Self::Dollars => "the limit of money is reached",
            Self::Price => "there is a limit of money, and the price of this model is not known",
            Self::Time => "the time is over",
        })
    }
}
