//! The shortcut never says more than the library.

use kai_core::{Node, OriginId, Origins};
use kai_syntax::yaml;

use super::{Checked, boon_says, plain::surely_fits};

const VALUES: &[&str] = &[
    "{}",
    "a: 1",
    "a: -3",
    "a: 1.0",
    "a: 1.5",
    "a: 9007199254740993",
    "a: x",
    "a: xyz",
    "a: ''",
    "a: ~",
    "a: true",
    "a: []",
    "a: [1]",
    "a: [1, x]",
    "a: [x, x]",
    "a: {}",
    "a: {b: 1}",
    "a: {b: x, c: z}",
    "a: .nan",
    "b: 1",
    "a: 1\nb: 2",
    "a: {a: {a: {}}}",
];

/// What `a` must be, and how many of the values surely fit.
const RULES: &[(&str, usize)] = &[
    (r#"{"type": "integer"}"#, 6),
    (r#"{"type": "number"}"#, 8),
    (r#"{"type": ["string", "null"]}"#, 7),
    (r#"{"type": "object", "required": ["b"]}"#, 4),
    (r#"{"enum": ["x", null, true]}"#, 5),
    (r#"{"enum": [1, "x"]}"#, 3),
    (r#"{"const": "x"}"#, 3),
    (r#"{"minimum": 0, "exclusiveMaximum": 1.5}"#, 19),
    (r#"{"minLength": 1, "maxLength": 2, "type": "string"}"#, 3),
    (r#"{"minItems": 1, "maxItems": 1, "type": "array"}"#, 3),
    (r#"{"items": {"type": "string"}}"#, 20),
    (r#"{"minProperties": 1, "maxProperties": 1, "type": "object"}"#, 4),
    (r#"{"additionalProperties": {"type": "string"}}"#, 20),
    (r#"{"properties": {"b": {"type": "integer"}}, "additionalProperties": false}"#, 20),
    (r#"{"anyOf": [{"type": "string"}, {"type": "boolean"}]}"#, 7),
    (r#"{"oneOf": [{"type": "integer"}, {"type": "number"}]}"#, 3),
    (r#"{"not": {"type": "string"}}"#, 18),
    (r#"{"if": {"type": "string"}, "then": {"minLength": 3}}"#, 20),
    (r#"{"if": {"type": "object"}, "then": {"required": ["b"]}, "else": false}"#, 4),
    (r#"{"allOf": [{"type": "array"}, {"uniqueItems": true}]}"#, 4),
    (r#"{"pattern": "^x(yz)?$"}"#, 20),
    (r#"{"pattern": "^\\w+$"}"#, 0),
    (r#"{"format": "ipv4"}"#, 18),
    (r##"{"$ref": "#/definitions/small"}"##, 19),
    (r##"{"$ref": "#/definitions/group/text"}"##, 6),
    (r##"{"$ref": "#/definitions/none"}"##, 0),
    (r##"{"$ref": "#/definitions/tree"}"##, 4),
    (r#"{"x-made-up": 1, "type": "boolean"}"#, 3),
    (r#"{"multipleOf": 2}"#, 0),
    (r#"{"type": "nothing"}"#, 0),
    ("false", 2),
];

const DEFINITIONS: &str = r##"{
    "small": {"type": ["integer", "object", "array", "string", "null", "boolean"], "maximum": 4},
    "group": {"text": {"type": "string"}},
    "tree": {"type": "object", "additionalProperties": {"$ref": "#/definitions/tree"}}
}"##;

fn node(text: &str) -> Node {
    let origins = Origins::new();
    let document = origins.add_document("values.yaml".into(), text.into()).expect("it is short");
    let parsed = yaml::parse(&origins, document);
    let node = parsed.documents.into_iter().next().map(|it| it.node);
    node.unwrap_or_else(|| Node::null(OriginId::NONE))
}

#[track_caller]
fn check_left_to_the_library(schema: &str) {
    let schema = serde_json::from_str(schema).expect("it is JSON");
    assert!(!surely_fits(&schema, &node("a: a")), "{schema}");
}

#[test]
fn what_go_reads_in_another_way_is_not_judged() {
    for pattern in ["^[a[b]]$", "a**", "a+*", "a???", "[a[:alpha:]]", "[[:alpha:]]"] {
        check_left_to_the_library(&format!(
            r#"{{"properties": {{"b": {{"pattern": "{pattern}"}}}}}}"#
        ));
    }
    check_left_to_the_library(r#"{"properties": {"b": {"enum": [1, 1.0]}}}"#);
    check_left_to_the_library(r#"{"$schema": "ftp://json-schema.org/draft-07/schema#"}"#);
}

#[test]
fn a_schema_that_leads_back_to_itself_twice_is_given_up() {
    check_left_to_the_library(
        r##"{"definitions": {"a": {"allOf": [{"$ref": "#/definitions/a"}, {"$ref": "#/definitions/a"}]}},
            "properties": {"a": {"$ref": "#/definitions/a"}}}"##,
    );
}

#[track_caller]
fn check_said(schema: &str, values: &str, expected: &str) {
    let schema = serde_json::from_str(schema).expect("it is JSON");
    let said = match boon_says(schema, &node(values)) {
        Ok(Checked::Fits) => "fits".to_owned(),
        Ok(Checked::NotFetched) => "not fetched".to_owned(),
        Ok(Checked::Errors(lines)) => lines,
        Err(refused) => refused,
    };
    assert_eq!(said, expected);
}

#[test]
fn what_does_not_fit_is_said_in_the_words_of_helm() {
    let schema = r#"{"properties": {"a": {"type": ["string", "object"]}, "b": {"minimum": 5}}}"#;
    check_said(schema, "a: ~", "- at '/a': got null, want string or object");
    check_said(schema, "b: 3", "- at '/b': minimum: got 3, want 5");
}

#[test]
fn multiples_are_told_of_decimal_numbers() {
    let schema = r#"{"properties": {"a": {"multipleOf": 0.01}}}"#;
    check_said(schema, "a: 0.29", "fits");
    check_said(schema, "a: 0.295", "- at '/a': multipleOf: got 0.295, want 0.01");
}

#[test]
fn a_pattern_that_go_refuses_refuses_the_schema() {
    check_said(
        r#"{"properties": {"a": {"pattern": "a**"}}}"#,
        "a: a",
        "values.schema.json: 'a**' is not valid regex: error parsing regexp: invalid nested repetition \
         operator: `**`",
    );
    check_said(r#"{"default": {"pattern": "a**"}}"#, "a: a", "fits");
}

#[test]
fn a_schema_that_lies_where_helm_does_not_look_is_refused() {
    check_said(
        r#"{"$schema": "ftp://json-schema.org/draft-07/schema#"}"#,
        "a: a",
        "values.schema.json: error loading ftp://json-schema.org/draft-07/schema",
    );
}

#[test]
fn what_surely_fits_the_library_takes_too() {
    for (rule, fitting) in RULES {
        let schema = format!(r#"{{"definitions": {DEFINITIONS}, "properties": {{"a": {rule}}}}}"#);
        let schema: serde_json::Value = serde_json::from_str(&schema).expect("it is JSON");
        let mut count = 0;
        for values in VALUES {
            let values = node(values);
            if surely_fits(&schema, &values) {
                count += 1;
                let said = boon_says(schema.clone(), &values);
                assert!(matches!(said, Ok(Checked::Fits)), "{rule}: {values:?}");
            }
        }
        assert_eq!(count, *fitting, "{rule}");
    }
}
