//! Edits that keep every other byte.
//!
//! All of these look at the text around a value, never at a tree that somebody composed, and all
//! of them read the edited text before they promise it: no edit leaves broken text behind. They
//! return nothing where the value is not written as such in a file that people can open. Where that
//! is a configuration of Terraform, they write its language.
//!
//! [`replace_scalar`] writes another value with the quotes it needs, [`insert_entry`] adds a key,
//! [`delete_entry`] removes one with its lines.

mod configuration;
mod delete;
mod insert;
mod place;
mod quote;
mod replace;
mod siblings;

pub use delete::delete_entry;
pub use insert::insert_entry;
pub use replace::replace_scalar;

#[cfg(test)]
mod tests;
