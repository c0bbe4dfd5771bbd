//! What is read line by line is what the parser's events say.

use std::fmt::Write as _;

use kai_core::{DocumentId, Node, OriginId, Origins};

use crate::Parsed;
use crate::draw::Draw;
use crate::yaml::lines;
use crate::yaml::parse::{parse, parse_events};

/// Everything that a reader says of a text.
fn said(text: &str, read: impl Fn(&Origins, DocumentId) -> Parsed) -> String {
    let origins = Origins::new();
    let id = origins.add_document("a.yaml".into(), text.into()).unwrap();
    let parsed = read(&origins, id);
    let mut said = String::new();
    for document in &parsed.documents {
        writeln!(said, "{}..{}", document.start, document.end).unwrap();
        node(&origins, &document.node, &mut said);
    }
    for problem in &parsed.problems {
        writeln!(said, "{:?} {}", problem.span, problem.message).unwrap();
    }
    writeln!(said, "{:?}", parsed.template).unwrap();
    said
}

fn node(origins: &Origins, of: &Node, said: &mut String) {
    let place = |it: OriginId| format!("{:?}", origins.span(it));
    writeln!(said, "{} {:?}", place(of.origin), of.as_scalar()).unwrap();
    of.items().iter().for_each(|it| node(origins, it, said));
    for entry in of.as_map().into_iter().flatten() {
        writeln!(said, "{} {:?}", place(entry.key_origin), entry.key).unwrap();
        node(origins, &entry.node, said);
    }
}

/// True where the text was read without the parser.
#[track_caller]
fn check(text: &str) -> bool {
    assert_eq!(said(text, parse), said(text, parse_events), "{text:?}");
    let origins = Origins::new();
    let id = origins.add_document("a.yaml".into(), text.into()).unwrap();
    lines::read(origins.document(id)).is_some()
}

#[test]
fn plain_manifests_need_no_parser() {
    let text = "# head\napiVersion: v1 # why\nkind: \"Pod\"\nmetadata:\n  name: it's\n  \"a b\": 'it''s'\n\
                spec:\n  containers:\n  - name: web\n    args: [\"-c\", x, 'y']\n    env: []\n  -   name: side\n      \
                command:\n        - \"a\\\"b\\\\\\n\"\n        -\n        - - nested\n  empty: {}\n  absent:\n  folded: two\n    \
                lines\n  script: |\n    if true; then\n\n      echo # no comment\n    fi\n\n  last: |-\n    x\n\
                ---\nkind: Secret\n---\n# nothing\n---\n- 1\n- 0x10\n";
    assert!(check(text));
}

#[test]
fn odd_texts_are_read_as_the_parser_reads_them() {
    let texts = [
        "",
        "\n",
        "---\n",
        "a",
        "a:",
        "a: b",
        "a: |\n  b",
        "a: |-\n  b",
        "a: |+\n  b\n\n\n",
        "a: |\n\n  b\n   \n\nc: 1\n",
        "a: |\n    \n  b\n",
        "a: |\n  b\n # c\nd: 1\n",
        "a: |\nb: 1\n",
        "- |\n x\n- y\n",
        "a: b: c\n",
        "a: b\n c: d\n",
        "a: b\n  c\n\n  d\n",
        "a: b # x\n  c\n",
        "a:\n- b\n- c\nd: e\n",
        "a:\n  - b\n c: d\n",
        "- a:\n  - b\n  c: d\n",
        "- a:\n- b:\n  c:\n",
        "a: \"x\" y\n",
        "a: \"x\" # y\n",
        "a: \"x\"#y\n",
        "a: [x]#y\n",
        "a: [b, c]\n",
        "a: [b, ]\n",
        "a: [ ]\n",
        "a: [-, b]\n",
        "a: [--b, -1]\n",
        "a: [b: c]\n",
        "a: {} # x\n",
        "a: {b}\n",
        "a: -\n",
        "a: - b\n",
        "a: -b\n",
        "a: ---\n",
        "---\na: b\n--- # x\nc: d\n",
        "---a: b\n",
        "--- a: b\n",
        "a: b\n...\nc: d\n",
        "a: *b\n",
        "&a b: c\n",
        "a: b\na: c\n",
        "a: {x: 1}\na:\n  y: 2\n",
        "null: a\n",
        "~: a\n",
        "yes: a\n",
        "1.50: a\n",
        "<<: a\n",
        "\"<<\": a\n",
        "a : b\n",
        "\"a\" : b\n",
        "'a\\b': c\n",
        "'a\\b': 'c\\d'\n",
        "a: 'b\n",
        "a: '\n  b'\n",
        "a: é # ü\nü: b\n",
        "a: b:c\n",
        "a: b#c\n",
        "a: http://x:80/\n",
        "a: @b\n",
        "a: `b\n",
        "a: %b\n",
        "%a: b\n",
        "a: ?b\n",
        "? a\n: b\n",
        "a: :b\n",
        ": b\n",
        "a:\n  b\n",
        "a:\n  # c\n  b: d\n# e\n",
        "a: b   \n",
        "a:   \n  b:   c\n",
        "-\n",
        "-\n  a: b\n",
        "-\n- a\n",
        "- - a\n  - b\n- c\n",
        "- - a\n - b\n",
        "a:\n -b\n",
        "a: \"b\\n\\\\\\\"\"\n",
        "a: \"\\x41\"\n",
        "  a: b\n  c: d\n",
        "  a: b\nc: d\n",
        " - a\n - b\n",
        "a: b\n- c\n",
        "- a\nb: c\n",
        "a: {{ b }}\n",
        "a: x{{ b }}\n",
        "a: b\n--- c\n",
        "a: |\n  ---\n---\nb: 1\n",
        "a: |  \n  b\n",
        "a: | # c\n  b\n",
        "a: |2\n   b\n",
        "a: b\n\n\n",
        "a: |+\n  b\n\n# c\nd: 1\n",
        "a: |\n  b\n  \n   \n",
        "a: ''\n",
        "a: \"\"\n",
        "a: ''''\n",
        "'': a\n",
        "a: \u{a0}\n",
        "a\n",
        "a:b\n",
        "a: b\\\n  c\n",
        "a: x\n  - y\n",
        "a: |\n  b\n  c: [\n",
        "a: [\"b\",\"c\"]  # d\n",
    ];
    for text in texts {
        check(text);
    }
}

#[test]
fn drawn_texts_are_read_as_the_parser_reads_them() {
    let mut without_parser = 0;
    for seed in 0..200 {
        let mut draw = Draw::new(seed);
        let text = format!("{}---\n{}", draw.document(), draw.document());
        without_parser += usize::from(check(&text));
        let text = draw.document();
        without_parser += usize::from(check(&text));
        without_parser += usize::from(check(&draw.damage(&text)));
    }
    assert!(without_parser > 130, "{without_parser}");
}
