//! A new value as text, quoted like the old one where it needs quotes at all.

use std::fmt::Write as _;

use kai_core::{Scalar, ScalarKind};

use crate::yaml::is_plain;

/// The new value in the place of `written`.
pub(super) fn like(written: &str, scalar: &Scalar) -> String {
    let text = scalar.text.as_str();
    if scalar.kind != ScalarKind::Str {
        return text.to_owned();
    }
    let is_single_line = text.chars().all(|it| !it.is_control());
    match written.as_bytes().first() {
        Some(b'"') => double(text),
        Some(b'\'') if is_single_line => format!("'{}'", text.replace('\'', "''")),
        _ if is_plain_anywhere(text) => text.to_owned(),
        _ => double(text),
    }
}

/// A key, in double quotes where the keys beside it are.
pub(super) fn key(text: &str, neighbour: &str) -> String {
    if neighbour.starts_with('"') || !is_plain_anywhere(text) { double(text) } else { text.into() }
}

/// True for a text that reads as the same text in block and in flow collections.
fn is_plain_anywhere(text: &str) -> bool {
    is_plain(text) && !text.contains([',', '[', ']', '{', '}']) && !text.contains(": ")
}

/// With the escapes that JSON and YAML share.
fn double(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for it in text.chars() {
        match it {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            it if it.is_control() || matches!(it, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                let written = write!(quoted, "\\u{:04x}", u32::from(it));
                debug_assert!(written.is_ok(), "a string takes everything");
            }
            it => quoted.push(it),
        }
    }
    quoted.push('"');
    quoted
}
