//! JSON into the same tree as YAML, fast enough for dumps of whole clusters.
//!
//! [`parse`] reads every value of a text; [`JsonOptions`] names what it may leave out, which then
//! costs neither a number nor memory. [`emit()`] writes a tree. `text` reads strings, `intern` shares long ones.
//! `pieces` reads the items of a long list on all cores, `numbers` is what each value is called.

mod emit;
mod intern;
mod numbers;
mod options;
mod parse;
mod pieces;
mod text;

pub use emit::emit;
pub use options::JsonOptions;
pub use parse::parse;

#[cfg(test)]
mod tests;
