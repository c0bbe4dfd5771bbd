//! What a plan or a state of Terraform means for the system that its configuration is a part of.
//!
//! Which root the document belongs to is told by the addresses that both have. What each change reaches is
//! asked of the graph; how bad it is follows from what the object holds and who needs it. Reading
//! starts at [`drift`].

mod change;
mod compare;
mod fit;
mod holding;
mod judge;
mod reach;

#[cfg(test)]
mod tests;

pub use change::{Cause, Drift, DriftChange, Fit, Given, Tally};
pub use judge::drift;
