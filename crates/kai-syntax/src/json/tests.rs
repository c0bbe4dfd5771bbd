use std::fmt::Write as _;

use expect_test::{Expect, expect};
use kai_core::{Node, Origins, Position};

use super::parse::parse_in_pieces;
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
fn below_a_key_with_kept_paths_nothing_else_is_read() {
    check(
        r#"{"items": [{"spec": {"nodeInfo": 1}, "status": {"phase": "Running", "nodeInfo": {"a": "}"},
            "conditions": [{"type": "Ready", "lastProbeTime": null, "status": "True"}],
            "capacity": {"nodeInfo": {"cpu": 2}}, "hostIPs": [{"ip": "]"}]}}], "status": {"nodeInfo": 2}}"#,
        &JsonOptions::cluster(),
        expect![[r#"
            items:
            - spec:
                nodeInfo: 1
              status:
                capacity:
                  nodeInfo:
                    cpu: 2
                conditions:
                - status: "True"
                  type: Ready
                phase: Running
            status:
              nodeInfo: 2
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

/// What a reader says of every value, and where it stands.
fn told(text: &str, piece_min: usize) -> Vec<String> {
    let origins = Origins::new();
    let id = origins.add_document("a.json".into(), text.into()).unwrap();
    let parsed = parse_in_pieces(&origins, id, &JsonOptions::dump(), piece_min);
    let mut told: Vec<String> = parsed.problems.iter().map(|it| format!("{it:?}")).collect();
    let mut waiting: Vec<&Node> = parsed.documents.iter().map(|it| &it.node).collect();
    while let Some(node) = waiting.pop() {
        let what = node.text().unwrap_or_default();
        told.push(format!("{what} {:?}", origins.span(node.origin)));
        waiting.extend(node.items());
        for entry in node.as_map().into_iter().flatten() {
            told.push(format!("{} {:?}", entry.key, origins.span(entry.key_origin)));
            waiting.push(&entry.node);
        }
    }
    told
}

#[track_caller]
fn check_pieces(text: &str) {
    let whole = told(text, usize::MAX);
    for piece_min in [1, 40] {
        assert_eq!(told(text, piece_min), whole, "pieces of {piece_min} bytes of {text}");
    }
}

#[test]
fn a_list_read_in_pieces_is_the_list_read_at_once() {
    let item = |it: usize| {
        let tricks = [
            r#"{"a": 1, "status": {"x": []}}"#,
            r#"{"a": "},\n    {\"a\""}"#,
            r#"{"a": [{"items": [{"status": 2}]}]}"#,
            r#"{"a": 1, "a": 2}"#,
            r#"{"b": 1}"#,
            r#"{"a": {},
    "c": [{"a": 1},
    {"a": 2},
    {"a": 3}]}"#,
        ];
        tricks[it % tricks.len()]
    };
    for stride in [1, 5] {
        for count in [0, 1, 2, 3, 20, 41] {
            let items: Vec<&str> = (0..count).map(|it| item(it * stride)).collect();
            for between in [",\n    ", ",", " , "] {
                let items = items.join(between);
                let head = r#"{"kind": "List", "items": ["#;
                check_pieces(&format!(r#"{head}{items}], "metadata": {{"status": [1]}}}}"#));
                check_pieces(&format!("{head}{items}"));
                check_pieces(&format!("{head}{items},]}}"));
                check_pieces(&format!("{head}{items}, 3, [], x]}}"));
            }
        }
    }
}

#[test]
fn pieces_are_read_where_items_are_alike() {
    let items = vec![r#"{"a": 1}"#; 50].join(", ");
    let text = format!(r#"{{"items": [{items}]}}"#);
    let second = text.find(r#", {"#).unwrap() + 2;
    let pieces = super::pieces::Pieces::of(&text, 11, second, 40);
    assert!(pieces.is_some_and(|it| it.count() > 1));
}
