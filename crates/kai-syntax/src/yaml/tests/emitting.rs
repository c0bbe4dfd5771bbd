use expect_test::{Expect, expect};
use kai_core::{Map, Node, OriginId, Origins};

use crate::yaml::{emit, emit_stream, parse};

#[track_caller]
fn check(text: &str, expected: Expect) {
    let origins = Origins::new();
    let id = origins.add_document("a.yaml".into(), text.into()).unwrap();
    let parsed = parse(&origins, id);
    expected.assert_eq(&emit_stream(parsed.documents.iter().map(|it| &it.node)));
}

#[test]
fn keys_are_sorted_as_go_sorts_them() {
    check(
        "b: 1\na10: 1\na9: 1\nA: 1\n_x: 1\na: 1\na-b: 1\na.b: 1\nab: 1\n",
        expect![[r#"
        _x: 1
        A: 1
        a: 1
        a-b: 1
        a.b: 1
        a9: 1
        a10: 1
        ab: 1
        b: 1
    "#]],
    );
}

#[test]
fn collections_are_block_style_and_sequences_are_not_indented() {
    check(
        "a: [1, {b: [2, [3, [4]]], c: {}}, []]\nd: []\n",
        expect![[r#"
        a:
        - 1
        - b:
          - 2
          - - 3
            - - 4
          c: {}
        - []
        d: []
    "#]],
    );
}

#[test]
fn numbers_and_booleans_are_written_as_go_reads_them() {
    check(
        "a: [0755, 0x1f, 1_000, 1e3, 1.50, 1234567.5, 1e-7, TRUE, ~, -0.0, 1e30, 08, yes]\n",
        expect![[r#"
            a:
            - 493
            - 31
            - 1000
            - 1000
            - 1.5
            - 1.2345675e+06
            - 1e-07
            - true
            - null
            - 0
            - 1e+30
            - 8
            - "yes"
        "#]],
    );
}

#[test]
fn texts_are_quoted_where_they_would_read_as_something_else() {
    check(
        r#"
- 'true'
- "5"
- '~'
- ''
- "a: b"
- "a #b"
- "- x"
- "* x"
- "1:30"
- 2001-01-01
- " x"
- "tab\there"
- "it's"
- "\u00e9\U0001F600"
- '0o17'
- "a\\b"
- "{{ x }}"
"#,
        expect![[r#"
            - "true"
            - "5"
            - "~"
            - ""
            - 'a: b'
            - 'a #b'
            - '- x'
            - '* x'
            - "1:30"
            - "2001-01-01T00:00:00Z"
            - ' x'
            - "tab\there"
            - it's
            - "é\U0001F600"
            - "0o17"
            - a\b
            - '{{ x }}'
        "#]],
    );
}

#[test]
fn texts_of_several_lines_are_literal_blocks() {
    check(
        "a: \"x\\ny\"\nb: \"x\\n\"\nc: \"x\\n\\n\"\nd: \"  x\\n\"\ne: \"x \\ny\"\nf: \"\\n\"\n",
        expect![[r#"
            a: |-
              x
              y
            b: |
              x
            c: |+
              x

            d: |2
                x
            e: "x \ny"
            f: |2+

        "#]],
    );
}

#[test]
fn long_texts_are_folded_at_the_first_space_after_column_80() {
    let words = "word ".repeat(20);
    check(
        &format!("a: {words}end\nb: '{words}: end'\nc: \"{words}\\ttab\"\n"),
        expect![[r#"
            a: word word word word word word word word word word word word word word word word
              word word word word end
            b: 'word word word word word word word word word word word word word word word word
              word word word word : end'
            c: "word word word word word word word word word word word word word word word word
              word word word word \ttab"
        "#]],
    );
}

#[test]
fn documents_are_separated() {
    let text = |it: &str| Node::string(it, OriginId::NONE);
    assert_eq!(emit_stream([&text("a"), &text("b")]), "a\n---\nb\n");
    assert_eq!(emit(&Node::map(Map::new(), OriginId::NONE)), "{}\n");
}

#[test]
fn long_keys_stand_behind_a_question_mark() {
    let key = "k".repeat(129);
    let text = format!("? {key}\n: [1]\n");
    let expected = format!("? {key}\n: - 1\n");
    let origins = Origins::new();
    let id = origins.add_document("a.yaml".into(), text).unwrap();
    assert_eq!(emit(&parse(&origins, id).documents[0].node), expected);
}
