//! The wire format keeps its promise.

use serde_json::Value;

use super::review;
use crate::sample::assessment;

const SCHEMA: &str = include_str!("../../../../docs/schema/kai.review.v1.json");

#[test]
fn a_review_is_valid_by_its_published_schema() {
    for count in [0, 1, 12] {
        assert_eq!(offences(&json(&review(&assessment(count)))), Vec::<String>::new());
    }
}

#[test]
fn the_schema_refuses_what_it_does_not_describe() {
    let valid = json(&review(&assessment(1)));
    let broken: [fn(&mut Value); 6] = [
        |it| it["schema"] = "kai.review/v2".into(),
        |it| it["findings"][0]["level"] = "terrible".into(),
        |it| it["findings"][0]["rank"] = 0.into(),
        |it| it["findings"][0]["locations"][0]["line"] = "7".into(),
        |it| it["findings"][0]["surprise"] = 1.into(),
        |it| drop(it["solid"][0].as_object_mut().and_then(|it| it.remove("verify"))),
    ];
    for breaks in broken {
        let mut review = valid.clone();
        breaks(&mut review);
        assert!(!offences(&review).is_empty(), "{review}");
    }
}

#[test]
fn a_problem_with_a_whole_file_stands_on_its_first_line() {
    let mut whole = assessment(0);
    whole.problems[0].line = 0;
    assert_eq!(json(&review(&whole))["problems"][0]["line"], 1);
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("the format is JSON")
}

fn offences(value: &Value) -> Vec<String> {
    let schema = json(SCHEMA);
    let mut offences = Vec::new();
    validate(value, &schema, &schema, "", &mut offences);
    offences
}

/// Checks the keywords that the schema uses, and refuses to meet another.
fn validate(value: &Value, schema: &Value, root: &Value, at: &str, offences: &mut Vec<String>) {
    let mut offend = |what: String| offences.push(format!("{at}: {what}"));
    for (keyword, wanted) in schema.as_object().expect("a schema is an object") {
        match keyword.as_str() {
            "$schema" | "$id" | "$defs" | "title" | "description" => {}
            "$ref" => {
                let pointer = wanted.as_str().and_then(|it| it.strip_prefix('#'));
                let target = pointer.and_then(|it| root.pointer(it)).expect("a reference resolves");
                return validate(value, target, root, at, offences);
            }
            "const" if value != wanted => offend(format!("{value} is not {wanted}")),
            "enum" if !wanted.as_array().is_some_and(|it| it.contains(value)) => {
                offend(format!("{value} is none of {wanted}"));
            }
            "type" if !has_type(value, wanted) => offend(format!("{value} is no {wanted}")),
            "minimum" if value.as_f64() < wanted.as_f64() => {
                offend(format!("{value} is less than {wanted}"));
            }
            "pattern" if !is_hex(value) => offend(format!("{value} is no id")),
            "required" => {
                let keys = wanted.as_array().into_iter().flatten().filter_map(Value::as_str);
                keys.filter(|key| value.get(key).is_none())
                    .for_each(|key| offend(format!("no {key}")));
            }
            "additionalProperties" => {
                assert_eq!(wanted, false, "the schema is closed");
                let known = |key: &String| schema["properties"].get(key).is_some();
                let keys = value.as_object().into_iter().flat_map(|it| it.keys());
                keys.filter(|key| !known(key))
                    .for_each(|key| offend(format!("{key} is not known")));
            }
            "const" | "enum" | "type" | "minimum" | "pattern" | "properties" | "items" => {}
            other => panic!("the test does not know the keyword {other}"),
        }
    }
    for (key, schema) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(value) = value.get(key) {
            validate(value, schema, root, &format!("{at}/{key}"), offences);
        }
    }
    if let Some(schema) = schema.get("items") {
        for (index, item) in value.as_array().into_iter().flatten().enumerate() {
            validate(item, schema, root, &format!("{at}/{index}"), offences);
        }
    }
}

fn has_type(value: &Value, wanted: &Value) -> bool {
    match wanted.as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_u64() || value.is_i64(),
        Some("number") => value.is_number(),
        other => panic!("the test does not know the type {other:?}"),
    }
}

fn is_hex(value: &Value) -> bool {
    value.as_str().is_some_and(|it| it.len() == 16 && it.bytes().all(|it| it.is_ascii_hexdigit()))
}
