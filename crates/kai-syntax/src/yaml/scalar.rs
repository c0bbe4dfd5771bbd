//! Scalars with tags, and scalars as keys.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use granit_parser::Tag;
use kai_core::{Scalar, ScalarKind, ScalarStyle, SmolStr};

use super::resolve;

/// Where the tags that YAML defines are.
const NAMESPACE: &str = "tag:yaml.org,2002:";

/// The type of a scalar and its text, or why the tag does not fit, in the words of a problem.
pub(super) fn typed<'t>(
    text: &'t str,
    style: ScalarStyle,
    tag: Option<&Tag>,
) -> Result<(ScalarKind, Cow<'t, str>), String> {
    let Some(tag) = tag else {
        let kind = if style == ScalarStyle::Plain { resolve(text) } else { ScalarKind::Str };
        return Ok((kind, Cow::Borrowed(text)));
    };
    let text = Cow::Borrowed(text);
    if tag.suffix_in_namespace(NAMESPACE).is_some_and(|it| it == "binary") {
        return binary(&text).map(|it| (ScalarKind::Str, Cow::Owned(it)));
    }
    let Some(suffix) = tag.core_suffix() else { return Ok((ScalarKind::Str, text)) };
    match (suffix, resolve(&text)) {
        ("int", ScalarKind::Int) => Ok((ScalarKind::Int, text)),
        ("float", ScalarKind::Int | ScalarKind::Float) => Ok((ScalarKind::Float, text)),
        ("bool", ScalarKind::Bool) => Ok((ScalarKind::Bool, text)),
        ("null", ScalarKind::Null) => Ok((ScalarKind::Null, text)),
        ("int" | "float" | "bool" | "null", _) => {
            Err(format!("`{text}` cannot be read as `!!{suffix}`"))
        }
        _ => Ok((ScalarKind::Str, text)),
    }
}

/// What base64 packs. JSON has no bytes, so the conversion to it makes a text of them.
fn binary(text: &str) -> Result<String, String> {
    let bytes = STANDARD.decode(text.replace(['\r', '\n'], ""));
    let bytes = bytes.map_err(|_| "what `!!binary` marks is no base64".to_owned())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A key as the conversion to JSON writes it; null cannot be one. Words that only YAML 1.1 takes
/// for booleans (`y`, `on`) stay as written, because Kustomize and every tool that reads
/// YAML 1.2 keeps them.
pub(super) fn key_text(text: &str, kind: ScalarKind) -> Option<Cow<'_, str>> {
    let scalar = || Scalar { text: SmolStr::new(text), kind, style: ScalarStyle::Plain };
    Some(match kind {
        ScalarKind::Str => Cow::Borrowed(text),
        ScalarKind::Null => return None,
        ScalarKind::Bool => match text.as_bytes().first() {
            Some(b't' | b'T') => Cow::Borrowed("true"),
            Some(b'f' | b'F') => Cow::Borrowed("false"),
            _ => Cow::Borrowed(text),
        },
        ScalarKind::Int => match scalar().as_int() {
            Some(value) => Cow::Owned(value.to_string()),
            None => Cow::Borrowed(text),
        },
        ScalarKind::Float => match scalar().as_float() {
            Some(value) => Cow::Owned(float_key(value)),
            None => Cow::Borrowed(text),
        },
    })
}

/// As `sigs.k8s.io/yaml` writes a number that is a key: in Go's format `g`, and YAML's own words for
/// what is no number of JSON.
fn float_key(value: f64) -> String {
    if value.is_nan() {
        return ".nan".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { ".inf" } else { "-.inf" }.into();
    }
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    match exponent.parse::<i32>() {
        Ok(exponent) if !(-4..6).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", exponent.abs())
        }
        _ => value.to_string(),
    }
}
