use std::fmt::Write as _;

use expect_test::{Expect, expect};
use kai_core::{Origins, Position};

use super::{JsonOptions, parse};
use crate::yaml::emit;
use crate::{Parsed, TemplateKind};

fn read(text: &str, options: &JsonOptions) -> (Origins, Parsed) {
    let origins = Origins::new();
    let id = origins.add_document("a.json".into(), text.into()).unwrap();
    let parsed = parse(&origins, id, options);
    (origins, parsed)
}

#[track_caller]
fn check(text: &str, options: &JsonOptions, expected: Expect) {
    let (_, parsed) = read(text, options);
    let mut shown: String = parsed.documents.iter().map(|it| emit(&it.node)).collect();
    for problem in &parsed.problems {
        let Position { line, column } = Position::of(text, problem.span.unwrap().start);
        writeln!(shown, "{line}:{column}: {}", problem.message).unwrap();
    }
    expected.assert_eq(&shown);
}

#[test]
fn every_kind_of_value_is_read() {
    check(
        r#"{"a": [1, -2.5e3, true, false, null, "x\n\u00e9\ud83d\ude00\"\/", {}, []], "b": {"c": ""}} "#,
        &JsonOptions::default(),
        expect![[r#"
            a:
            - 1
            - -2500
            - true
            - false
            - null
            - "x\né\U0001F600\"/"
            - {}
            - []
            b:
              c: ""
        "#]],
    );
}

#[test]
fn spans_cover_brackets_and_quotes() {
    let text = r#"{"a": ["x", {"b": 12}]}"#;
    let (origins, parsed) = read(text, &JsonOptions::default());
    let items = parsed.documents[0].node.get("a").unwrap();
    let written = |id| {
        let span = origins.span(id).unwrap();
        &text[span.start as usize..span.end as usize]
    };
    assert_eq!(written(items.origin), r#"["x", {"b": 12}]"#);
    assert_eq!(written(items.items()[0].origin), r#""x""#);
    let b = items.items()[1].as_map().unwrap().entry("b").unwrap();
    assert_eq!((written(b.key_origin), written(b.node.origin)), (r#""b""#, "12"));
}

#[test]
fn dropped_paths_are_dropped_in_every_object_of_a_list_and_nowhere_else() {
    check(
        r#"{"kind": "List", "items": [
            {"metadata": {"name": "x", "managedFields": [{"a": "]"}], "status": 1}, "status": {"b": "}\""}, "spec": {"status": 2}},
            {"status": 3, "metadata": {"managedFields": null}}], "status": true}"#,
        &JsonOptions::dump(),
        expect![[r#"
            items:
            - metadata:
                name: x
                status: 1
              spec:
                status: 2
            - metadata: {}
            kind: List
            status: true
        "#]],
    );
}

#[test]
fn broken_text_is_a_problem_at_its_line() {
    for text in
        ["{\n\"a\": 1,\n}", "[1 2]", "{\"a\" 1}", "\"x", "[", "{\"a\": tru}", "01x", "\"\\q\"", "-"]
    {
        let (_, parsed) = read(text, &JsonOptions::default());
        assert_eq!((parsed.documents.len(), parsed.problems.len()), (0, 1), "{text}");
    }
    check(
        "{\n\"a\": 1,\n}",
        &JsonOptions::default(),
        expect![[r#"
        3:1: this is not valid JSON: a key in double quotes is expected here
    "#]],
    );
}

#[test]
fn deep_nesting_is_refused() {
    let (_, parsed) = read(&"[".repeat(100_000), &JsonOptions::default());
    assert_eq!(parsed.problems.len(), 1);
}

#[test]
fn the_last_of_equal_keys_counts_and_is_reported() {
    check(
        "{\"a\": 1, \"b\": 2, \"a\": 3}",
        &JsonOptions::default(),
        expect![[r#"
            a: 3
            b: 2
            1:18: the key `a` is written twice in one mapping, and the last one counts: what line 1 says is lost
        "#]],
    );
}

#[test]
fn several_values_are_several_documents() {
    check(
        "\u{feff}{\"a\": 1}\n{\"a\": 2}\n",
        &JsonOptions::default(),
        expect![[r#"
        a: 1
        a: 2
    "#]],
    );
    check(
        "{\"a\": 1}{\"a\": 2}\n---\n{\"a\": 3}\n--- \n---\n{\"a\": 4}\n---",
        &JsonOptions::default(),
        expect![[r#"
            a: 1
            a: 2
            a: 3
            a: 4
        "#]],
    );
    check(
        "{\"a\": 1}\n----\n",
        &JsonOptions::default(),
        expect![[r#"
            a: 1
            2:1: this is not valid JSON: a number is expected here
        "#]],
    );
}

#[test]
fn a_template_of_json_is_no_broken_json() {
    let (_, parsed) = read("{\"a\": {{ .b }}}", &JsonOptions::default());
    assert_eq!((parsed.problems.len(), parsed.template), (0, Some(TemplateKind::Go)));
}
