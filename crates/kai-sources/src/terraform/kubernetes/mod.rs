//! Objects of Kubernetes that resources of Terraform apply.
//!
//! Providers have three ways to write one: as blocks with names of their own, which [`names`] turns
//! into those of the API; as an object with the names of the API; as a text. Whatever is found here
//! goes through the same reading as any other object. Reading starts at [`applied`].

mod applied;
mod names;
mod reference;
mod typed;

#[cfg(test)]
mod tests;

pub use applied::{Applied, applied, is_applied};
pub use reference::settled;
