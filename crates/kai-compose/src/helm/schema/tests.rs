//! The shortcut never says more than the library.

use kai_core::{Node, OriginId, Origins};
use kai_syntax::{go_regex, yaml};
use serde_json::{Value, json};

use super::plain::{Judged, judge};
use super::{Checked, NAME, TRUSTED, boon_says};

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
    (r#"{"pattern": "^\\w+$"}"#, 20),
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
    assert_ne!(judge(&schema, &node("a: a")), Judged::Fits, "{schema}");
}

#[test]
fn what_go_reads_in_another_way_is_not_judged() {
    for pattern in [
        "^[a[b]]$",
        "a**",
        "a+*",
        "a???",
        "[a[:alpha:]]",
        "[[:alpha:]]",
        "[--x]",
        "a{,2}",
        "a{ 2 }",
        "a{1001}",
    ] {
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
    assert_eq!(said(schema, &node(values), NAME), expected);
}

fn said(schema: Value, values: &Node, place: &str) -> String {
    match boon_says(schema, values, place) {
        Ok(Checked::Fits) => "fits".to_owned(),
        Ok(Checked::NotFetched) => "not fetched".to_owned(),
        Ok(Checked::Errors(lines)) => lines,
        Err(refused) => refused,
    }
}

#[test]
fn what_does_not_fit_is_said_in_the_words_of_helm() {
    let schema = r#"{"properties": {"a": {"type": ["string", "object"]}, "b": {"minimum": 5}}}"#;
    check_said(schema, "a: ~", "- at '/a': got null, want string or object");
    check_said(schema, "b: 3", "- at '/b': minimum: got 3, want 5");
    check_said(
        r##"{"$ref": "#"}"##,
        "{}",
        r##"- at '': both /$ref and  resolve to "file:///values.schema.json#" causing reference cycle"##,
    );
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
fn patterns_are_those_of_go_and_told_as_they_are_written() {
    let schema = |pattern: &str| json!({"properties": {"a": {"pattern": pattern}}}).to_string();
    for (pattern, value) in [(r"^[\w-.]+$", "a: x-y"), ("^[a&&b]$", "a: b"), ("^a{}$", "a: a{}")] {
        check_said(&schema(pattern), value, "fits");
    }
    check_said(&schema(r"^\d+$"), "a: x", r"- at '/a': 'x' does not match pattern '^\\d+$'");
    check_said(&schema(r"\<"), "a: x", r"- at '/a': 'x' does not match pattern '\\<'");
    let default = r#"{"properties": {"default": {"pattern": "^[\\w-.]$"}}}"#;
    check_said(default, "default: x", "fits");
    let named = r#"{"properties": {"a": {"patternProperties": {"^[\\w-.]$": {"type": "null"}}}}}"#;
    check_said(named, "a: {x: 1}", "- at '/a/x': got number, want null");
}

#[test]
fn formats_are_judged_as_helm_judges_them() {
    let judged = |format: &str, value: &str| {
        let draft = "http://json-schema.org/draft-07/schema#";
        let schema = json!({"$schema": draft, "properties": {"a": {"format": format}}});
        said(schema, &node(&format!("a: {value}")), NAME)
    };
    for (format, value) in [
        ("uri", "'http://a/{x}'"),
        ("uri", "'http://a/b c'"),
        ("uri", "'urn:x'"),
        ("uri", "'http://[::1]:80/'"),
        ("uri-reference", "'#a#b'"),
        ("uri-reference", "ü"),
        ("iri-reference", "'a b'"),
        ("idn-email", "x"),
        ("semver", "1.2.3-a.1+b"),
    ] {
        assert_eq!(judged(format, value), "fits", "{format} {value}");
    }
    for (format, value) in [
        ("uri", "/a"),
        ("uri", "'http://a b'"),
        ("uri", "'http://a:b'"),
        ("uri", "'http://[::1'"),
        ("uri", "'http://a/%zz'"),
        ("uri-reference", "'1:a'"),
        ("uri-reference", "':a'"),
        ("uri-reference", "'a\\b'"),
        ("iri-reference", "'%zz'"),
        ("semver", "v1.2.3"),
        ("semver", "'1.2'"),
        ("semver", "1.2.3-01"),
    ] {
        assert!(judged(format, value).contains(&format!("is not valid {format}")), "{value}");
    }
}

#[test]
fn what_is_wrong_with_a_schema_is_said() {
    check_said(
        r#"{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"required": true}}}"#,
        "a: a",
        "values.schema.json: it is no schema:\n- at '/properties/a/required': got boolean, want array",
    );
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
fn what_is_told_here_the_library_says_too() {
    for (rule, fitting) in RULES {
        let schema = format!(r#"{{"definitions": {DEFINITIONS}, "properties": {{"a": {rule}}}}}"#);
        let schema: Value = serde_json::from_str(&schema).expect("it is JSON");
        let fits =
            VALUES.iter().filter(|it| check_as_the_library(&schema, &node(it)) == Judged::Fits);
        assert_eq!(fits.count(), *fitting, "{rule}");
    }
}

/// Holds what is told here against what the library says where it checks the schema first.
#[track_caller]
fn check_as_the_library(schema: &Value, values: &Node) -> Judged {
    let judged = judge(schema, values);
    let whole = || said(schema.clone(), values, NAME);
    match judged {
        Judged::Fits => assert_eq!(whole(), "fits", "{schema} {values:?}"),
        Judged::IsSchema => {
            assert_eq!(said(schema.clone(), values, TRUSTED), whole(), "{schema} {values:?}");
        }
        Judged::Unknown => {}
    }
    judged
}

/// Numbers from a seed (xorshift).
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % bound
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    /// Pieces in a row, without what is between them.
    fn row(&mut self, pieces: &[&str], most: usize) -> String {
        (0..self.below(most + 1)).map(|_| self.pick(pieces)).collect()
    }

    fn schema(&mut self, depth: usize) -> Value {
        let mut words = serde_json::Map::new();
        for _ in 0..self.below(4) {
            let (word, says) = self.word(depth);
            words.insert(word.to_owned(), says);
        }
        Value::Object(words)
    }

    fn word(&mut self, depth: usize) -> (&'static str, Value) {
        const TYPES: [&str; 7] =
            ["string", "null", "object", "array", "integer", "number", "boolean"];
        let small = json!(self.below(4));
        match self.below(if depth == 0 { 13 } else { 22 }) {
            0 | 1 => ("type", json!(self.pick(&TYPES))),
            2 => ("type", json!([self.pick(&TYPES), self.pick(&TYPES)])),
            3 => ("enum", json!([self.pick(&["x", "xyz", "1"]), null, self.below(3)])),
            4 => ("const", json!(self.pick(&["x", ""]))),
            5 => ("required", json!([self.pick(&["a", "b"]), self.pick(&["b", "c"])])),
            6 => ("pattern", json!(self.row(PIECES, 4))),
            7 => (["minimum", "exclusiveMaximum"][self.below(2)], small),
            8 => (["minLength", "maxLength"][self.below(2)], small),
            9 => (["minItems", "maxItems"][self.below(2)], small),
            10 => (["minProperties", "maxProperties"][self.below(2)], small),
            11 => ("$ref", json!(self.pick(&["#", "#/properties/a", "#/definitions/x"]))),
            12 => ("default", small),
            13..16 => {
                ("properties", json!({"a": self.schema(depth - 1), "b": self.schema(depth - 1)}))
            }
            16 => ("additionalProperties", self.below(2).eq(&0).into()),
            17 => ("items", self.schema(depth - 1)),
            18 => (
                ["allOf", "anyOf"][self.below(2)],
                json!([self.schema(depth - 1), self.schema(depth - 1)]),
            ),
            19 => ("oneOf", json!([self.schema(depth - 1), self.schema(depth - 1)])),
            20 => ("not", self.schema(depth - 1)),
            _ => ("additionalProperties", self.schema(depth - 1)),
        }
    }
}

const PIECES: &[&str] = &[
    "x",
    "xy",
    "-",
    "--",
    "^",
    "$",
    ".",
    "*",
    "+",
    "?",
    "|",
    "(",
    ")",
    "(?:",
    "[",
    "]",
    "[^",
    "[a-z]",
    "[--x]",
    "[0-9]",
    "{",
    "}",
    "{2}",
    "{1,}",
    "{,2}",
    "{0,2}",
    "{ 1 }",
    "{1001}",
    ",",
    "\\.",
    "\\-",
    "\\d",
    "\\w",
    "\\W",
    "\\b",
    "\\s",
    "\\n",
    "\\/",
    "\\<",
    "&&",
    "~~",
    "[:alpha:]",
    "(?i)",
    "1",
    " ",
    "é",
];

#[test]
fn drawn_schemas_are_judged_as_the_library_judges() {
    let mut draw = Draw(42);
    let mut judged = [0, 0, 0];
    for _ in 0..100 {
        let schema = draw.schema(3);
        for _ in 0..4 {
            let values = node(VALUES[draw.below(VALUES.len())]);
            judged[check_as_the_library(&schema, &values) as usize] += 1;
        }
    }
    assert!(judged.iter().all(|it| *it > 30), "{judged:?}");
}

#[test]
fn drawn_patterns_match_what_they_match_in_go() {
    let mut draw = Draw(7);
    let mut plain = 0;
    for _ in 0..5000 {
        let pattern = draw.row(PIECES, 6);
        let text = draw
            .row(&["x", "xy", "-", "--", "1", "a", "b.", " ", "\n", "{", "}", ",", "]", "é"], 5);
        let schema = json!({"pattern": pattern});
        let value = json!(text).to_string();
        let judged = judge(&schema, &node(&value));
        if judged != Judged::Unknown {
            plain += 1;
            let go = go_regex::compile(&pattern).expect("Go takes it");
            if judged == Judged::Fits {
                assert!(go.is_match(&text), "{pattern:?} {text:?}");
            } else if text.is_ascii() {
                assert!(!go.is_match(&text), "{pattern:?} {text:?}");
            }
        }
    }
    assert!(plain > 800, "{plain}");
}

#[test]
fn a_schema_with_an_address_leads_into_itself() {
    let schema = |address: &str| {
        json!({"$id": address, "definitions": {"x": {"type": "string"}},
            "properties": {"a": {"$ref": "#/definitions/x"}}})
    };
    for address in ["https://example.com/chart.schema.json", "http://a-b.example.com"] {
        assert_eq!(check_as_the_library(&schema(address), &node("a: x")), Judged::Fits);
        assert_eq!(check_as_the_library(&schema(address), &node("a: 1")), Judged::IsSchema);
    }
    for address in
        ["https://json-schema.org/draft-07/schema", "a.json", "#a", "http://1.2.3.4.5/", "urn:a"]
    {
        assert_eq!(judge(&schema(address), &node("a: x")), Judged::Unknown, "{address}");
    }
}
