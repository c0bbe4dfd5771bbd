//! Patterns in a schema that Go does not take.

use kai_syntax::go_regex;
use serde_json::Value;

/// Words of a schema that hold values, not schemas.
const VALUES: [&str; 4] = ["default", "const", "enum", "examples"];

/// The first pattern that Go refuses, and why.
pub(super) fn refused(schema: &Value) -> Option<String> {
    match schema {
        Value::Object(words) => {
            words.iter().find_map(|(word, value)| match (word.as_str(), value) {
                ("pattern", Value::String(pattern)) => why(pattern),
                ("patternProperties", Value::Object(patterns)) => patterns
                    .iter()
                    .find_map(|(pattern, schema)| why(pattern).or_else(|| refused(schema))),
                (word, _) if VALUES.contains(&word) => None,
                _ => refused(value),
            })
        }
        Value::Array(items) => items.iter().find_map(refused),
        _ => None,
    }
}

fn why(pattern: &str) -> Option<String> {
    let error = go_regex::compile(pattern).err()?;
    Some(format!("'{pattern}' is not valid regex: {error}"))
}
