//! Texts inside texts: the alert rules in a ConfigMap, the values of a chart in an Application.
//!
//! [`embed`] registers the text of a scalar as a document of its own, so that a parser can read
//! it; `runs` aligns it with the bytes around it, so that its lines can be shown and edited.

mod register;
mod runs;

pub use register::embed;

#[cfg(test)]
mod tests;
