//! The arithmetic of reliability: budgets, availability, rates, intervals.
//!
//! Pure functions of numbers. What must always hold: an interval stays ordered
//! (`low <= typical <= high`), a [`Ratio`] stays between 0 and 1, and nothing here knows what the
//! numbers are about.
//!
//! Start with [`SloBudget`], then [`product`] and [`sum`], which carry the register.

mod availability;
mod budget;
mod interval;
mod poisson;
mod ratio;

pub use availability::{k_of_n, pair_unavailability, parallel, series};
pub use budget::{MINUTES_PER_YEAR, SloBudget};
pub use interval::{cannot_exceed, mixture, overlap, product, sum, union, width};
pub use poisson::{chance_of_any, rate_of};
pub use ratio::Ratio;
