//! What a scalar is after Kustomize's round trip through JSON.

use std::borrow::Cow;

use kai_core::{Scalar, ScalarKind, ScalarStyle};

use super::super::timestamp;

/// The text to write, and whether it is a text (to be quoted where it would read as something
/// else) or a word that stands for a null, boolean or number.
pub(super) fn canonical(scalar: &Scalar) -> (Cow<'_, str>, bool) {
    let text = scalar.text.as_str();
    match scalar.kind {
        ScalarKind::Null => (Cow::Borrowed("null"), false),
        ScalarKind::Bool => match text.as_bytes().first() {
            Some(b't' | b'T') => (Cow::Borrowed("true"), false),
            Some(b'f' | b'F') => (Cow::Borrowed("false"), false),
            // `yes` and `on` are texts to go-yaml version 3.
            _ => (Cow::Borrowed(text), true),
        },
        ScalarKind::Int => (integer(scalar), false),
        ScalarKind::Float => (float(scalar), false),
        ScalarKind::Str if scalar.style == ScalarStyle::Plain => match timestamp::normalize(text) {
            Some(normal) => (Cow::Owned(normal), true),
            None => (Cow::Borrowed(text), true),
        },
        ScalarKind::Str => (Cow::Borrowed(text), true),
    }
}

fn integer(scalar: &Scalar) -> Cow<'_, str> {
    let text = scalar.text.as_str();
    let is_canonical = match text.as_bytes() {
        [b'0'] => true,
        [b'1'..=b'9', rest @ ..] | [b'-', b'1'..=b'9', rest @ ..] => {
            rest.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    };
    match scalar.as_wide_int() {
        Some(value) if !is_canonical => Cow::Owned(value.to_string()),
        _ => Cow::Borrowed(text),
    }
}

/// Whole numbers of 64 bits lose their fraction on the way through JSON and come back as integers.
fn float(scalar: &Scalar) -> Cow<'_, str> {
    let Some(value) = scalar.as_float() else { return Cow::Borrowed(&scalar.text) };
    if value.is_nan() {
        return Cow::Borrowed(".nan");
    }
    if value.is_infinite() {
        return Cow::Borrowed(if value > 0.0 { ".inf" } else { "-.inf" });
    }
    let json = go_json_float(value);
    match json.parse::<i128>() {
        Ok(whole) if (i64::MIN.into()..=u64::MAX.into()).contains(&whole) => {
            Cow::Owned(whole.to_string())
        }
        _ => Cow::Owned(go_shortest_float(value)),
    }
}

/// A finite double as Go's `encoding/json` writes it: no exponent from 10⁻⁶ to 10²¹.
pub(crate) fn go_json_float(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        return with_exponent(value, 1);
    }
    value.to_string()
}

/// A finite double as Go's `FormatFloat(value, 'g', -1, 64)` writes it: an exponent of two digits
/// below 10⁻⁴ and from 10⁶ on.
pub(crate) fn go_shortest_float(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e6).contains(&size) {
        return with_exponent(value, 2);
    }
    value.to_string()
}

fn with_exponent(value: f64, digits: usize) -> String {
    let text = format!("{value:e}");
    let Some((mantissa, exponent)) = text.split_once('e') else { return text };
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(rest) => ('-', rest),
        None => ('+', exponent),
    };
    format!("{mantissa}e{sign}{exponent:0>digits$}")
}
