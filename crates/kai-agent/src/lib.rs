//! Agents without their input and output: the engineer with a model, and Kai inside coding agents.
//!
//! [`engineer`] is the loop, [`verify`] holds what a model claims against evidence, [`permit`] decides what a tool may
//! do, [`session`] keeps conversations, [`Seal`] is the door out; [`hook`], [`export`] and [`mod@lint`] are for the agents of
//! others.
//!
//! What must always hold: a command that only reads is never spoken of; one that changes a system is
//! never allowed, only asked about or denied, with what depends on it; nothing is run. Every file that
//! [`export`] gives passes [`lint::lint`].
//!
//! Start with [`engineer::Engineer`] or [`hook::concern`].

pub mod engineer;
pub mod export;
pub mod hook;
pub mod lint;
pub mod model;
pub mod permit;
mod seal;
pub mod session;
pub mod verify;

pub use seal::{Outbound, Seal};
