//! Dockerfiles and Containerfiles as trees: stages with what they take and set.
//!
//! What must always hold: a file that cannot be read is a problem with its place and no tree.
//!
//! Start with [`parse`].

mod parse;
#[cfg(test)]
mod tests;

pub use parse::{is_dockerfile, parse};
