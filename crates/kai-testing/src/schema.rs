//! JSON Schema, as far as the schemas of wire formats use it.

use regex::Regex;
use serde_json::Value;

/// What is wrong with a value, each a sentence that names the place; a keyword that this does not
/// know ends the test, because nothing would be held then.
#[must_use]
pub fn schema_offences(value: &Value, schema: &Value) -> Vec<String> {
    let mut offences = Vec::new();
    Validator { root: schema, offences: &mut offences }.validate(value, schema, "");
    offences
}

struct Validator<'a> {
    root: &'a Value,
    offences: &'a mut Vec<String>,
}

impl Validator<'_> {
    fn validate(&mut self, value: &Value, schema: &Value, at: &str) {
        for (keyword, wanted) in schema.as_object().expect("a schema is an object") {
            if let Some(offence) = self.offence(keyword, wanted, value, schema) {
                self.offences.push(format!("{at}: {offence}"));
            }
        }
        self.validate_reference(value, schema, at);
        self.validate_members(value, schema, at);
        for (index, item) in value.as_array().into_iter().flatten().enumerate() {
            if let Some(schema) = schema.get("items") {
                self.validate(item, schema, &format!("{at}/{index}"));
            }
        }
    }

    fn offence(
        &self,
        keyword: &str,
        wanted: &Value,
        value: &Value,
        schema: &Value,
    ) -> Option<String> {
        let offends = match keyword {
            "$schema"
            | "$id"
            | "$defs"
            | "$ref"
            | "definitions"
            | "title"
            | "description"
            | "default"
            | "format"
            | "properties"
            | "items"
            | "additionalProperties" => false,
            "const" => value != wanted,
            "enum" => !items(wanted).contains(value),
            "type" => !has_type(value, wanted),
            "minimum" => value.as_f64().is_some_and(|it| Some(it) < wanted.as_f64()),
            "maximum" => value.as_f64().is_some_and(|it| Some(it) > wanted.as_f64()),
            "maxLength" => {
                let length = value.as_str().map(|it| it.chars().count() as u64);
                length > wanted.as_u64()
            }
            "minItems" => value.as_array().is_some_and(|it| (it.len() as u64) < number(wanted)),
            "uniqueItems" => wanted == true && !is_unique(value),
            "pattern" => value.as_str().is_some_and(|it| !is_match(wanted, it)),
            "required" => {
                let missing = items(wanted).iter().find(|it| value.get(text(it)).is_none());
                return missing.filter(|_| value.is_object()).map(|it| format!("no {it}"));
            }
            "anyOf" => self.matching(value, wanted) == 0,
            "oneOf" => self.matching(value, wanted) != 1,
            other => panic!("the validator does not know the keyword {other} of {schema}"),
        };
        offends.then(|| format!("{value} is against {keyword}: {wanted}"))
    }

    fn matching(&self, value: &Value, schemas: &Value) -> usize {
        let fits = |schema: &&Value| {
            let mut offences = Vec::new();
            Validator { root: self.root, offences: &mut offences }.validate(value, schema, "");
            offences.is_empty()
        };
        items(schemas).iter().filter(fits).count()
    }

    fn validate_reference(&mut self, value: &Value, schema: &Value, at: &str) {
        let Some(reference) = schema.get("$ref") else { return };
        let target = text(reference).strip_prefix('#').and_then(|it| self.root.pointer(it));
        self.validate(value, target.expect("a reference resolves"), at);
    }

    fn validate_members(&mut self, value: &Value, schema: &Value, at: &str) {
        for (key, member) in value.as_object().into_iter().flatten() {
            let at = format!("{at}/{key}");
            match (
                schema.get("properties").and_then(|it| it.get(key)),
                &schema["additionalProperties"],
            ) {
                (Some(schema), _) => self.validate(member, schema, &at),
                (None, Value::Bool(false)) => self.offences.push(format!("{at}: it is not known")),
                (None, others @ Value::Object(_)) => self.validate(member, others, &at),
                (None, _) => {}
            }
        }
    }
}

fn items(value: &Value) -> &[Value] {
    value.as_array().expect("the keyword wants a list")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("the keyword wants a text")
}

fn number(value: &Value) -> u64 {
    value.as_u64().expect("the keyword wants a number")
}

fn is_unique(value: &Value) -> bool {
    let items = value.as_array().map_or(&[][..], Vec::as_slice);
    items.iter().enumerate().all(|(at, it)| !items[..at].contains(it))
}

fn is_match(pattern: &Value, value: &str) -> bool {
    Regex::new(text(pattern)).expect("a pattern is a regular expression").is_match(value)
}

/// One type, or any of a list of them.
fn has_type(value: &Value, wanted: &Value) -> bool {
    if let Some(any) = wanted.as_array() {
        return any.iter().any(|it| has_type(value, it));
    }
    match text(wanted) {
        "null" => value.is_null(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        other => panic!("the validator does not know the type {other}"),
    }
}
