//! Planned instances of Terraform → components.
//!
//! A table says which type of resource, or which module whose text is not here, becomes what. What
//! is in no table is known by its name alone, and what only sets something of another thing stays out.

mod address;
mod aws;
mod azure;
mod backup;
mod cloudflare;
mod database;
mod fields;
mod firewall;
mod google;
mod handover;
mod images;
mod kubernetes;
mod lower;
mod machines;
mod naming;
mod program;
mod secrets;
mod state_store;
mod unread;
mod waiver;

#[cfg(test)]
mod tests;

pub use address::{is_address, is_address_piece};
pub use kubernetes::{Applied, applied, is_applied, settled};
pub use lower::lower;
pub use naming::{enclosing, label};

use crate::material::{Place, in_value};

/// True where a value is a key, a token or a password by its form, or by its name and form.
#[must_use]
pub fn is_secret(name: &str, value: &str) -> bool {
    !in_value(name, value, Place::Secret).is_empty()
}
