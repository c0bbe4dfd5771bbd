//! Whether a schema is one, in words that mean the same in all drafts.

use serde_json::Value;

use super::pattern;
use super::schema::Plain;

impl<'a> Plain<'a> {
    /// True for a schema in all drafts but the fourth: words that are known, and what each of them
    /// may hold, or words that no draft has.
    pub(super) fn is_schema(&mut self, schema: &'a Value) -> bool {
        let Value::Object(words) = schema else { return schema.is_boolean() };
        words.iter().all(|(word, value)| match word.as_str() {
            "$schema" => std::ptr::eq(schema, self.root),
            "$id" => std::ptr::eq(schema, self.root) && value.as_str().is_some_and(is_address),
            "$ref" => self.leads_to_schema(value),
            "title" | "description" | "$comment" | "format" => value.is_string(),
            "pattern" => value.as_str().is_some_and(pattern::is_plain),
            "type" => is_type(value) || is_set(value, is_type),
            // Numbers and collections are equal in more than one way of writing them.
            "enum" => is_set(value, |it| !it.is_f64() && !it.is_array() && !it.is_object()),
            "required" => {
                value.as_array().is_some_and(Vec::is_empty) || is_set(value, Value::is_string)
            }
            "default" | "const" => true,
            "examples" => value.is_array(),
            "properties" | "definitions" | "$defs" => {
                value.as_object().is_some_and(|it| it.values().all(|it| self.is_schema(it)))
            }
            "items" | "additionalProperties" | "not" | "if" | "then" | "else" => {
                self.is_schema(value)
            }
            "allOf" | "anyOf" | "oneOf" => value
                .as_array()
                .is_some_and(|it| !it.is_empty() && it.iter().all(|it| self.is_schema(it))),
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => value.is_number(),
            "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties"
            | "maxProperties" => value.is_u64(),
            "uniqueItems" | "readOnly" | "writeOnly" | "deprecated" => value.is_boolean(),
            other => !is_of_a_draft(other),
        })
    }

    fn leads_to_schema(&mut self, reference: &'a Value) -> bool {
        let Some((reference, target)) =
            reference.as_str().and_then(|it| Some((it, self.target(it)?)))
        else {
            return false;
        };
        if self.followed.contains(&reference) {
            return true;
        }
        self.followed.push(reference);
        self.is_schema(target)
    }
}

/// True for words of a draft that are not judged here.
fn is_of_a_draft(word: &str) -> bool {
    word.starts_with(['$', '@'])
        || word.starts_with("content")
        || word.starts_with("unevaluated")
        || word.starts_with("dependen")
        || word.ends_with("Contains")
        || matches!(
            word,
            "id" | "contains"
                | "patternProperties"
                | "propertyNames"
                | "additionalItems"
                | "prefixItems"
                | "multipleOf"
        )
}

/// True for an address of the web that is no draft's and that all read alike. References into a
/// schema that has one lead where they lead without it.
fn is_address(address: &str) -> bool {
    let Some(rest) = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))
    else {
        return false;
    };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let is_label = |it: &str| {
        it.starts_with(|it: char| it.is_ascii_lowercase())
            && it.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
            && !it.contains("--")
    };
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'/' | b'_' | b'-' | b'.');
    host.split('.').all(is_label)
        && !host.ends_with("json-schema.org")
        && path.bytes().all(is_plain)
}

fn is_type(value: &Value) -> bool {
    const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];
    value.as_str().is_some_and(|it| TYPES.contains(&it))
}

/// True for a list that holds something, nothing twice, and only what fits.
fn is_set(value: &Value, fits: impl Fn(&Value) -> bool) -> bool {
    value.as_array().is_some_and(|items| {
        let is_new = |(at, it): (usize, &Value)| !items[..at].contains(it);
        !items.is_empty() && items.iter().all(fits) && items.iter().enumerate().all(is_new)
    })
}
