//! Root modules of a tree, and what each plans in each environment. Reading starts at
//! [`discover`].

mod commands;
mod committed;
mod find;
mod units;
mod variables;

#[cfg(test)]
mod tests;

pub use find::{Composition, Instance, Moves, RootPlan, Survey, compose, discover, survey};
pub use units::{PlannedUnits, planned_units};
