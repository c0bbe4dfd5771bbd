//! Planned instances of Terraform → components.
//!
//! A table says which type of resource, or which module whose text is not here, becomes what. What
//! is in no table stays out: an instance of another type changes nothing of what is said.

mod aws;
mod database;
mod fields;
mod firewall;
mod google;
mod lower;
mod naming;
mod state_store;
mod waiver;

#[cfg(test)]
mod tests;

pub use lower::lower;
