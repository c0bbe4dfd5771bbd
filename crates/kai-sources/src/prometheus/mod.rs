//! Prometheus and what speaks its language (managed Prometheus, VictoriaMetrics): rules, and what is
//! scraped how often.
//!
//! What must always hold: an expression that cannot be read is unknown, and its alert stays.
//! Start with [`rules`].

mod duration;
mod expression;
mod rules;
mod server;
#[cfg(test)]
mod tests;

pub(crate) use duration::written;
pub(crate) use expression::has_share;
pub(crate) use rules::rules;
pub(crate) use server::{alertmanager, of_file, of_object};
