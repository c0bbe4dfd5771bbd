//! Trees back to YAML, byte for byte as Kustomize 5 writes its output.
//!
//! Kustomize turns every object into JSON (typing plain scalars as go-yaml version 3 does) and
//! writes that with `sigs.k8s.io/yaml`, which is go-yaml version 2: keys sorted, sequences not
//! indented under their key, texts of several lines as literal blocks, plain and quoted texts
//! folded after column 80, and quotes only where the text would read as something else.
//!
//! [`emit()`] and [`emit_stream`] are the entry points; `canonical` decides what a scalar is, `style`
//! how it is quoted, `writer` where lines break, `order` which key comes first.

mod canonical;
mod document;
mod order;
mod style;
mod writer;

pub use document::{emit, emit_marked, emit_quoted, emit_stream};
pub use writer::{Mark, SequenceIndent};

pub(crate) use canonical::go_json_float;
pub(crate) use style::is_plain;
