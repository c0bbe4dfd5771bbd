use std::fmt::Write as _;

use expect_test::{Expect, expect};
use kai_core::{Node, Origins};

use super::embed;
use crate::yaml::parse;

/// Reads the text under `a` as YAML, and prints where the file holds each of its values.
#[track_caller]
fn check(file: &str, expected: Expect) {
    let origins = Origins::new();
    let id = origins.add_document("outer.yaml".into(), file.into()).unwrap();
    let outer = parse(&origins, id);
    let scalar = outer.documents[0].node.get("a").unwrap();
    let embedded = embed(&origins, scalar, "inner.yaml".into()).unwrap();
    let inner = parse(&origins, embedded);
    let mut shown = String::new();
    for document in &inner.documents {
        show(&mut shown, &origins, &document.node);
    }
    expected.assert_eq(&shown);
}

fn show(shown: &mut String, origins: &Origins, node: &Node) {
    for entry in node.as_map().into_iter().flatten() {
        show(shown, origins, &entry.node);
    }
    node.items().iter().for_each(|it| show(shown, origins, it));
    let Some(text) = node.text() else { return };
    let outermost = origins.outermost(origins.span(node.origin).unwrap());
    let file = &origins.document(outermost.document).text;
    let written = &file[outermost.start as usize..outermost.end as usize];
    let editable = if origins.editable(node.origin).is_some() { "" } else { ", not editable" };
    writeln!(shown, "{text:?} is {written:?}{editable}").unwrap();
}

#[test]
fn lines_of_a_literal_block_map_to_lines_of_the_file() {
    check(
        "a: |\n    b: 1\n\n    c:\n    - x\n      # y\n    - \"z\"\n\nd: 2\n",
        expect![[r#"
        "1" is "1"
        "x" is "x"
        "z" is "\"z\""
    "#]],
    );
}

#[test]
fn indentation_indicators_and_windows_line_ends_are_understood() {
    check(
        "a: |2-\r\n  b: 1\r\n  c: 22\r\nd: 2\r\n",
        expect![[r#"
        "1" is "1"
        "22" is "22"
    "#]],
    );
}

#[test]
fn quoted_and_plain_texts_map_too() {
    check(
        "a: '{b: 1, c: it''s, d: xyz}'\n",
        expect![[r#"
        "1" is "1"
        "it's" is "it''s", not editable
        "xyz" is "xyz"
    "#]],
    );
    check(
        "a: \"b: 1\\nc: \\\"two\\\"\\nd: \\u00e9 three\\n\"\n",
        expect![[r#"
        "1" is "1"
        "two" is "\\\"two\\", not editable
        "é three" is "\\u00e9 three", not editable
    "#]],
    );
    check(
        "a: \"{b: 1, c: [x]}\"\n",
        expect![[r#"
        "1" is "1"
        "x" is "x"
    "#]],
    );
    check(
        "a: b\n",
        expect![[r#"
        "b" is "b"
    "#]],
    );
}

#[test]
fn folded_lines_map_line_by_line() {
    check(
        "a: >-\n  {b: 1,\n  c: two three}\n",
        expect![[r#"
        "1" is "1"
        "two three" is "two three"
    "#]],
    );
}

#[test]
fn texts_in_texts_in_texts_map_to_the_file() {
    let file = "a: |\n  b: |\n    c: deep\n";
    let origins = Origins::new();
    let mut id = origins.add_document("0.yaml".into(), file.into()).unwrap();
    for key in ["a", "b"] {
        let parsed = parse(&origins, id);
        let scalar = parsed.documents[0].node.get(key).unwrap();
        id = embed(&origins, scalar, format!("{key}.yaml").into()).unwrap();
    }
    let node = parse(&origins, id).documents[0].node.get("c").unwrap().clone();
    let span = origins.editable(node.origin).unwrap();
    assert_eq!(&file[span.start as usize..span.end as usize], "deep");
}

#[test]
fn lines_whose_holes_are_filled_map_to_their_own_lines() {
    let file = "x = <<EOT\n  a: 1\n  b: ${name}-${other}\n\n  c: [2, \"${name}\"]\n  d: 3\nEOT\n";
    let origins = Origins::new();
    let id = origins.add_document("a.tf".into(), file.into()).unwrap();
    let [start, end] = ["  a", "EOT\n"].map(|it| u32::try_from(file.rfind(it).unwrap()).unwrap());
    let text = origins.mark(kai_core::Span { document: id, start, end });
    let filled = "a: 1\nb: a very long name-x\n\nc: [2, \"a very long name\"]\nd: 3\n";
    let embedded = embed(&origins, &Node::string(filled, text), "a.tf".into()).unwrap();
    let node = parse(&origins, embedded).documents[0].node.clone();
    let place = |path: &[&str]| {
        let node = node.at(path).unwrap();
        let line = origins.location(node.origin, kai_core::LocationRole::Primary).unwrap().line;
        (line, origins.editable(node.origin).is_some())
    };
    assert_eq!(place(&["a"]), (2, true));
    assert_eq!(place(&["b"]), (3, false));
    assert_eq!(place(&["c"]), (5, false));
    assert_eq!(place(&["d"]), (6, true));
    let items = node.at(&["c"]).unwrap().items();
    let lines = items
        .iter()
        .map(|it| origins.location(it.origin, kai_core::LocationRole::Primary).unwrap().line);
    assert_eq!(lines.collect::<Vec<_>>(), [5, 5]);
}

#[test]
fn lines_of_a_literal_block_whose_holes_are_filled_map_to_their_own_lines() {
    let file = "run: |\n  b: ${{ inputs.name }}\n\n  c: 2\nnext: 1\n";
    let origins = Origins::new();
    let id = origins.add_document("action.yml".into(), file.into()).unwrap();
    let outer = parse(&origins, id);
    let script = outer.documents[0].node.get("run").unwrap();
    let place = |filled: &str| {
        let filled = Node::string(filled, script.origin);
        let embedded = embed(&origins, &filled, "action.yml".into()).unwrap();
        let node = parse(&origins, embedded).documents[0].node.get("c").unwrap().clone();
        origins.location(node.origin, kai_core::LocationRole::Primary).unwrap().line
    };
    assert_eq!(place("b: shop\n\nc: 2\n"), 4);
    // What is filled with several lines is shown where the block begins.
    assert_eq!(place("b: shop\nd: 1\n\nc: 2\n"), 1);
}
