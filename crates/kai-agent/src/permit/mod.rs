//! What a tool may do, decided before it does it.
//!
//! What must always hold: in a mode that only reads nothing is ever changed; a denial wins over everything that
//! allows; a cluster or a cloud is never changed, whatever the user says; what a file or a page says decides
//! nothing here.
//!
//! Start with [`Policy::decide`].

mod bash;
mod paths;
mod policy;
mod rule;

pub use paths::{is_plain_path, is_protected, is_secret_path};
pub use policy::{Decision, Mode, Policy, Wish};
pub use rule::Rule;

#[cfg(test)]
mod tests;
