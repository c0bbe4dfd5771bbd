//! The suffix that Kustomize computes from a ConfigMap's or Secret's content.
//!
//! SHA-256 over JSON with sorted keys and Go's escapes; the first ten hexadecimal digits, with
//! digits and vowels that could form words replaced (`api/hasher` of Kustomize). The name is not
//! part of it: the hasher looks it up under a key that never exists.

use std::fmt::Write as _;

use kai_core::{Node, ScalarKind, Value};
use sha2::{Digest, Sha256};

/// The suffix of an object, without the hyphen; none for kinds that have no content of their own.
pub(crate) fn suffix(object: &Node) -> Option<String> {
    let json = match object.str_at(&["kind"])? {
        "ConfigMap" => config_map(object),
        "Secret" => secret(object),
        _ => return None,
    };
    let digest = Sha256::digest(json.as_bytes());
    let mut hex = String::with_capacity(10);
    for byte in digest.iter().take(5) {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    Some(hex.chars().map(encode).collect())
}

fn encode(digit: char) -> char {
    match digit {
        '0' => 'g',
        '1' => 'h',
        '3' => 'k',
        'a' => 'm',
        'e' => 't',
        other => other,
    }
}

fn config_map(object: &Node) -> String {
    let mut json = String::from("{");
    if let Some(binary) = object.get("binaryData").filter(|it| it.as_map().is_some()) {
        json.push_str("\"binaryData\":");
        write_json(binary, &mut json);
        json.push(',');
    }
    json.push_str("\"data\":");
    write_field(object, "data", &mut json);
    json.push_str(",\"kind\":\"ConfigMap\",\"name\":\"\"}");
    json
}

fn secret(object: &Node) -> String {
    let mut json = String::from("{\"data\":");
    write_field(object, "data", &mut json);
    json.push_str(",\"kind\":\"Secret\",\"name\":\"\"");
    if let Some(text) = object.get("stringData").filter(|it| it.as_map().is_some()) {
        json.push_str(",\"stringData\":");
        write_json(text, &mut json);
    }
    json.push_str(",\"type\":");
    write_field(object, "type", &mut json);
    json.push('}');
    json
}

/// A field as the hasher takes it: a scalar by its text, nothing as the empty text.
fn write_field(object: &Node, key: &str, json: &mut String) {
    match object.get(key) {
        None => json.push_str("\"\""),
        Some(node) => match node.as_scalar() {
            Some(scalar) => write_text(&scalar.text, json),
            None => write_json(node, json),
        },
    }
}

fn write_json(node: &Node, json: &mut String) {
    match &node.value {
        Value::Map(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by(|one, other| one.key.cmp(&other.key));
            json.push('{');
            for (index, entry) in entries.into_iter().enumerate() {
                if index > 0 {
                    json.push(',');
                }
                write_text(&entry.key, json);
                json.push(':');
                write_json(&entry.node, json);
            }
            json.push('}');
        }
        Value::Seq(items) => {
            json.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    json.push(',');
                }
                write_json(item, json);
            }
            json.push(']');
        }
        Value::Scalar(scalar) => match scalar.kind {
            ScalarKind::Null => json.push_str("null"),
            ScalarKind::Bool => {
                json.push_str(if node.as_bool() == Some(true) { "true" } else { "false" });
            }
            ScalarKind::Int => match scalar.as_int() {
                Some(value) => {
                    let _ = write!(json, "{value}");
                }
                None => json.push_str(&scalar.text),
            },
            ScalarKind::Float => match scalar.as_float() {
                Some(value) => {
                    let _ = write!(json, "{value}");
                }
                None => json.push_str(&scalar.text),
            },
            ScalarKind::Str => write_text(&scalar.text, json),
        },
        Value::Unknown(_) => json.push_str("null"),
    }
}

/// A JSON string with the escapes of Go's `encoding/json`.
fn write_text(text: &str, json: &mut String) {
    json.push('"');
    for character in text.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\u{8}' => json.push_str("\\b"),
            '\u{c}' => json.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                let _ = write!(json, "\\u{:04x}", u32::from(character));
            }
            other => json.push(other),
        }
    }
    json.push('"');
}
