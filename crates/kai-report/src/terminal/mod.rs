//! The page that a person reads.
//!
//! Verdict, what was read, what is solid, the three worst in full, the next seven in a line each,
//! and a line for the rest. What must always hold: the same assessment gives the same bytes, no line
//! is wider than the page unless a single word is, and nothing needs colour to be understood.

mod card;
mod component;
mod layout;
mod ledger;
mod options;
mod page;
mod paint;
mod roots;

#[cfg(test)]
mod tests;

pub use component::component;
pub(crate) use layout::capitalized;
pub use layout::{clean, wrap};
pub(crate) use layout::{count, cut, visible};
pub use ledger::finding;
pub(crate) use ledger::range;
pub use options::{Mount, Options};
pub use page::review;
pub use roots::roots;
