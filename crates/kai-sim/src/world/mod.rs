//! A cluster over time: events, and what must hold after each of them.
//!
//! [`World`] is the only place that changes a cluster. What happens is one of [`Event`], each is
//! recorded, and after each the invariants are checked: a broken one is a bug of the simulator and
//! stops it.

mod event;
mod invariant;
mod state;

pub use event::Event;
pub use state::World;

#[cfg(test)]
mod tests;
