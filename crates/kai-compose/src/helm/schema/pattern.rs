//! Patterns in a schema, which Go reads in its own dialect.

use std::collections::BTreeMap;

use kai_syntax::go_regex;
use serde_json::{Map, Value};

/// Words of a schema that hold values, not schemas.
const VALUES: [&str; 4] = ["default", "const", "enum", "examples"];

/// Words that hold schemas by names, which may be words of a schema.
const NAMED: [&str; 4] = ["$defs", "definitions", "dependentSchemas", "properties"];

/// How patterns are written, by what stands for them in the dialect of `boon`.
pub(super) type Written = BTreeMap<String, String>;

/// Puts the patterns of a schema into the dialect of `boon`.
///
/// # Errors
///
/// The first pattern that Go refuses, and why.
pub(super) fn translate(schema: &mut Value, written: &mut Written) -> Result<(), String> {
    match schema {
        Value::Object(words) => {
            words.iter_mut().try_for_each(|(word, value)| match (word.as_str(), value) {
                ("pattern", Value::String(pattern)) => {
                    *pattern = translated(pattern, written)?;
                    Ok(())
                }
                ("patternProperties", Value::Object(patterns)) => rename(patterns, written),
                (word, Value::Object(named)) if NAMED.contains(&word) => {
                    named.values_mut().try_for_each(|it| translate(it, written))
                }
                (word, _) if VALUES.contains(&word) => Ok(()),
                (_, value) => translate(value, written),
            })
        }
        Value::Array(items) => items.iter_mut().try_for_each(|it| translate(it, written)),
        _ => Ok(()),
    }
}

fn rename(patterns: &mut Map<String, Value>, written: &mut Written) -> Result<(), String> {
    for (pattern, mut schema) in std::mem::take(patterns) {
        let name = translated(&pattern, written)?;
        translate(&mut schema, written)?;
        // Two that mean the same both count.
        let name = if patterns.contains_key(&name) { pattern } else { name };
        patterns.insert(name, schema);
    }
    Ok(())
}

fn translated(pattern: &str, written: &mut Written) -> Result<String, String> {
    let refused = |error| format!("'{pattern}' is not valid regex: {error}");
    let name = go_regex::compile(pattern).map_err(refused)?.as_str().to_owned();
    written.entry(name.clone()).or_insert_with(|| pattern.to_owned());
    Ok(name)
}
