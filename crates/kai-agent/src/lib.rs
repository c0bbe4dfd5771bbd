//! Kai inside coding agents: what it says before one runs a command, and the files that teach it Kai.
//!
//! What must always hold: a command that only reads is never spoken of; one that changes a system is
//! never allowed, only asked about or denied, with what depends on it; nothing is run. Every file that
//! [`export`] gives passes [`lint::lint`].
//!
//! Start with [`hook::concern`].

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
