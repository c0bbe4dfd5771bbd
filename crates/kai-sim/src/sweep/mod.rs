//! Many failures of one cluster, fast.
//!
//! A [`Sweep`] is a cluster compiled once: pods of one kind are one class, nodes are columns of
//! numbers and sets of bits, and what pods ask of each other is counted by domain. [`Sweep::without`]
//! takes nodes away, schedules again what was on them and takes it all back, without a copy of the
//! cluster.
//!
//! What must always hold: every placement is one that [`scheduler`](crate::scheduler) gives too.
//! `tests/scenarios` draws clusters and compares. Where several nodes are best, both take the first
//! in the order of the whole cluster. Classes with volumes that are counted are placed by the
//! scheduler itself.

mod alike;
mod bits;
mod class;
mod compile;
mod kinds;
mod pairs;
mod place;
mod plan;
mod rating;
mod relations;
mod respread;
mod room;
mod scores;
mod standing;
mod state;
mod tally;
#[cfg(test)]
mod tests;
mod topology;
mod whatif;

pub use compile::Sweep;
pub use pairs::{Pair, Spare, pairs};
pub use plan::Plan;
pub use whatif::{Aftermath, Blow, Gone, Placement};
