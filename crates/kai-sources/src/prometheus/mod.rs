//! Rules of Prometheus and of what speaks its language (managed Prometheus, VictoriaMetrics).
//!
//! What must always hold: an expression that cannot be read is unknown, and its alert stays.
//! Start with [`rules`].

mod duration;
mod expression;
mod rules;
#[cfg(test)]
mod tests;

pub(crate) use duration::duration;
pub(crate) use rules::{is_rule_file, rules};
