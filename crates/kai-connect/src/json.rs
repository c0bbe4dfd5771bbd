//! Short ways into values that somebody else wrote.

use kai_agent::model::{Piece, Usage};
use serde_json::Value;

pub(crate) fn text<'a>(value: &'a Value, field: &str) -> Option<&'a str> {
    value.get(field)?.as_str()
}

pub(crate) fn number(value: &Value, field: &str) -> Option<u64> {
    value.get(field)?.as_u64()
}

pub(crate) fn items<'a>(value: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    value.get(field).and_then(Value::as_array).into_iter().flatten()
}

/// What is there and not null.
pub(crate) fn present<'a>(value: &'a Value, field: &str) -> Option<&'a Value> {
    value.get(field).filter(|it| !it.is_null())
}

/// The later figure of a field counts: providers repeat them as running totals.
pub(crate) fn replace(known: &mut Usage, later: Usage) {
    known.input = later.input.or(known.input);
    known.output = later.output.or(known.output);
    known.cache_read = later.cache_read.or(known.cache_read);
    known.cache_write = later.cache_write.or(known.cache_write);
    known.is_cache_in_input = later.is_cache_in_input;
}

/// A piece of a result where citations have no form of their own: the id stands before the text.
pub(crate) fn shown(piece: &Piece) -> String {
    match piece {
        Piece::Text(text) => text.clone(),
        Piece::Evidence { id, title, text } => format!("[{id}] {title}\n{text}"),
    }
}
