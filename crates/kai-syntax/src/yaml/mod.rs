//! YAML as Kubernetes reads it.
//!
//! [`parse`] draws a [`kai_core::Node`] tree, line by line where a text is written as most are (`lines`),
//! else from the parser's events; [`skim`] reads the same lines and draws only what is asked for;
//! `resolve` types its scalars as the Kubernetes API server would see them; `ranges` finds the bytes that an event covers.
//! [`emit()`] writes a tree as Kustomize would.

mod block_text;
mod duplicates;
mod emit;
mod libyaml;
mod lines;
mod parse;
mod ranges;
mod refusal;
mod resolve;
mod scalar;
mod skim;
mod timestamp;
mod tree;

pub use duplicates::Repeated;
pub use emit::{Mark, SequenceIndent, emit, emit_marked, emit_quoted, emit_stream};
pub use libyaml::{libyaml_error, null_key_error};
pub use parse::parse;
pub use resolve::resolve;
pub use skim::skim;
pub use timestamp::normalize as timestamp;

pub(crate) use duplicates::join;
pub(crate) use emit::{go_json_float, is_plain};

#[cfg(test)]
mod tests;
