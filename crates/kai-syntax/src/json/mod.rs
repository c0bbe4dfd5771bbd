//! JSON into the same tree as YAML, fast enough for dumps of whole clusters.
//!
//! [`parse`] reads every value of a text; [`JsonOptions`] names what it may leave out, which then
//! costs neither a number nor memory. [`emit()`] writes a tree. `text` reads strings, `intern` shares long ones.

mod emit;
mod intern;
mod options;
mod parse;
mod text;

pub use emit::emit;
pub use options::JsonOptions;
pub use parse::parse;

#[cfg(test)]
mod tests;
