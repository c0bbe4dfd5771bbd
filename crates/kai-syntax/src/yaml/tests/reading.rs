use std::fmt::Write as _;

use expect_test::{Expect, expect};
use kai_core::{Node, OriginId, Origins, Position, Value};

use crate::yaml::parse;

/// Prints every value with the text that its span covers.
#[track_caller]
fn check(text: &str, expected: Expect) {
    expected.assert_eq(&show(text));
}

fn show(text: &str) -> String {
    let origins = Origins::new();
    let id = origins.add_document("a.yaml".into(), text.into()).unwrap();
    let parsed = parse(&origins, id);
    let mut shown = String::new();
    for document in &parsed.documents {
        writeln!(shown, "---").unwrap();
        node(&mut shown, &origins, &document.node, 0);
    }
    for problem in &parsed.problems {
        let position = Position::of(text, problem.span.unwrap().start);
        writeln!(shown, "{}:{}: {}", position.line, position.column, problem.message).unwrap();
    }
    if let Some(kind) = parsed.template {
        writeln!(shown, "{}", kind.as_str()).unwrap();
    }
    shown
}

fn node(shown: &mut String, origins: &Origins, it: &Node, depth: usize) {
    let indent = "  ".repeat(depth);
    let written = written(origins, it.origin);
    match &it.value {
        Value::Scalar(scalar) => {
            writeln!(shown, "{indent}{:?} {:?} {written}", scalar.kind, scalar.text.as_str())
        }
        Value::Unknown(unknown) => writeln!(shown, "{indent}unknown {:?} {written}", unknown.text),
        Value::Seq(_) => writeln!(shown, "{indent}seq {written}"),
        Value::Map(_) => writeln!(shown, "{indent}map {written}"),
    }
    .unwrap();
    for item in it.items() {
        node(shown, origins, item, depth + 1);
    }
    for entry in it.as_map().into_iter().flatten() {
        let key = self::written(origins, entry.key_origin);
        writeln!(shown, "{indent}  {} = {key}", entry.key).unwrap();
        node(shown, origins, &entry.node, depth + 2);
    }
}

fn written(origins: &Origins, id: OriginId) -> String {
    let span = origins.span(id).unwrap();
    let text = &origins.document(span.document).text[span.start as usize..span.end as usize];
    format!("@{}..{} {text:?}", span.start, span.end)
}

#[test]
fn block_collections_reach_from_the_first_key_or_dash_to_the_end_of_the_last_item() {
    check(
        "a: b   # x\nlist:\n- 1\n-   x: 'q'\n    y: z\n\n# end\nlast: {b: [1, 2]} # c\n",
        expect![[r#"
            ---
            map @0..65 "a: b   # x\nlist:\n- 1\n-   x: 'q'\n    y: z\n\n# end\nlast: {b: [1, 2]}"
              a = @0..1 "a"
                Str "b" @3..4 "b"
              list = @11..15 "list"
                seq @17..40 "- 1\n-   x: 'q'\n    y: z"
                  Int "1" @19..20 "1"
                  map @25..40 "x: 'q'\n    y: z"
                    x = @25..26 "x"
                      Str "q" @28..31 "'q'"
                    y = @36..37 "y"
                      Str "z" @39..40 "z"
              last = @48..52 "last"
                map @54..65 "{b: [1, 2]}"
                  b = @55..56 "b"
                    seq @58..64 "[1, 2]"
                      Int "1" @59..60 "1"
                      Int "2" @62..63 "2"
        "#]],
    );
}

#[test]
fn sequences_of_sequences_start_at_their_own_dash() {
    check(
        "- - a # - no\n  - b\n-\n  # - neither\n  - - c\n",
        expect![[r#"
        ---
        seq @0..42 "- - a # - no\n  - b\n-\n  # - neither\n  - - c"
          seq @2..18 "- a # - no\n  - b"
            Str "a" @4..5 "a"
            Str "b" @17..18 "b"
          seq @37..42 "- - c"
            seq @39..42 "- c"
              Str "c" @41..42 "c"
    "#]],
    );
}

#[test]
fn block_scalars_include_the_indicator_and_no_blank_lines() {
    check(
        "a: |\n  x\n  y\n\nb: # | no\n  >-\n  z\n\n",
        expect![[r#"
        ---
        map @0..32 "a: |\n  x\n  y\n\nb: # | no\n  >-\n  z"
          a = @0..1 "a"
            Str "x\ny\n" @3..12 "|\n  x\n  y"
          b = @14..15 "b"
            Str "z" @26..32 ">-\n  z"
    "#]],
    );
}

#[test]
fn absent_values_stand_after_their_indicator() {
    check(
        "a:\nb: # none\nc: &x\nd: !!str\n? e\nf:\n- \n-  # none\n- g\nh: {i, j: , k: }\n",
        expect![[r#"
            ---
            map @0..68 "a:\nb: # none\nc: &x\nd: !!str\n? e\nf:\n- \n-  # none\n- g\nh: {i, j: , k: }"
              a = @0..1 "a"
                Null "" @2..2 ""
              b = @3..4 "b"
                Null "" @5..5 ""
              c = @13..14 "c"
                Null "" @18..18 ""
              d = @19..20 "d"
                Str "" @27..27 ""
              e = @30..31 "e"
                Null "" @31..31 ""
              f = @32..33 "f"
                seq @35..51 "- \n-  # none\n- g"
                  Null "" @36..36 ""
                  Null "" @39..39 ""
                  Str "g" @50..51 "g"
              h = @52..53 "h"
                map @55..68 "{i, j: , k: }"
                  i = @56..57 "i"
                    Null "" @57..57 ""
                  j = @59..60 "j"
                    Null "" @61..61 ""
                  k = @64..65 "k"
                    Null "" @66..66 ""
        "#]],
    );
}

#[test]
fn aliases_share_the_anchored_value_and_its_origin() {
    check(
        "a: &x {k: v}\nb: *x\nc: &x 2\nd: [*x]\n",
        expect![[r#"
        ---
        map @0..34 "a: &x {k: v}\nb: *x\nc: &x 2\nd: [*x]"
          a = @0..1 "a"
            map @6..12 "{k: v}"
              k = @7..8 "k"
                Str "v" @10..11 "v"
          b = @13..14 "b"
            map @6..12 "{k: v}"
              k = @7..8 "k"
                Str "v" @10..11 "v"
          c = @19..20 "c"
            Int "2" @25..26 "2"
          d = @27..28 "d"
            seq @30..34 "[*x]"
              Int "2" @25..26 "2"
    "#]],
    );
}

#[test]
fn merged_keys_come_last_and_explicit_keys_win() {
    check(
        "x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\nz:\n  <<: [*x, *y]\n  a: 0\n",
        expect![[r#"
        ---
        map @0..62 "x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\nz:\n  <<: [*x, *y]\n  a: 0"
          x = @0..1 "x"
            map @6..18 "{a: 1, b: 2}"
              a = @7..8 "a"
                Int "1" @10..11 "1"
              b = @13..14 "b"
                Int "2" @16..17 "2"
          y = @19..20 "y"
            map @25..37 "{b: 3, c: 4}"
              b = @26..27 "b"
                Int "3" @29..30 "3"
              c = @32..33 "c"
                Int "4" @35..36 "4"
          z = @38..39 "z"
            map @43..62 "<<: [*x, *y]\n  a: 0"
              a = @58..59 "a"
                Int "0" @61..62 "0"
              b = @13..14 "b"
                Int "2" @16..17 "2"
              c = @32..33 "c"
                Int "4" @35..36 "4"
    "#]],
    );
}

#[test]
fn the_last_of_equal_keys_counts_and_is_reported() {
    check(
        "a: 1\nb: 2\na: 3\n",
        expect![[r#"
            ---
            map @0..14 "a: 1\nb: 2\na: 3"
              a = @10..11 "a"
                Int "3" @13..14 "3"
              b = @5..6 "b"
                Int "2" @8..9 "2"
            3:1: the key `a` is written twice in one mapping, and the last one counts: what line 1 says is lost
        "#]],
    );
}

#[test]
fn keys_that_are_no_texts_become_what_json_would_hold() {
    check(
        "on: 1\nTRUE: 1\n0x10: 2\n1.50: 3\n",
        expect![[r#"
        ---
        map @0..29 "on: 1\nTRUE: 1\n0x10: 2\n1.50: 3"
          on = @0..2 "on"
            Int "1" @4..5 "1"
          true = @6..10 "TRUE"
            Int "1" @12..13 "1"
          16 = @14..18 "0x10"
            Int "2" @20..21 "2"
          1.5 = @22..26 "1.50"
            Int "3" @28..29 "3"
    "#]],
    );
    check(
        "~: 1\n",
        expect![[r#"
        1:1: a mapping has a null key, which JSON and so Kubernetes cannot hold
    "#]],
    );
    check(
        "{a: 1}: 1\n",
        expect![[r#"
        1:1: a mapping or sequence stands as a key, which Kubernetes cannot read
    "#]],
    );
}

#[test]
fn what_base64_packs_is_the_text_in_it() {
    check(
        "a: !!binary aGk=\nb: !binary aGk=\n",
        expect![[r#"
        ---
        map @0..32 "a: !!binary aGk=\nb: !binary aGk="
          a = @0..1 "a"
            Str "hi" @12..16 "aGk="
          b = @17..18 "b"
            Str "aGk=" @28..32 "aGk="
    "#]],
    );
    check(
        "a: !!binary hi\n",
        expect![[r#"
        1:13: what `!!binary` marks is no base64
    "#]],
    );
}

#[test]
fn a_broken_document_leaves_the_others() {
    check(
        "a: 1\n---\nb: \"x\n---\nc: 3\n---\nd: [1\n---\ne: 5\n",
        expect![[r#"
            ---
            map @0..4 "a: 1"
              a = @0..1 "a"
                Int "1" @3..4 "1"
            ---
            map @19..23 "c: 3"
              c = @19..20 "c"
                Int "3" @22..23 "3"
            ---
            map @38..42 "e: 5"
              e = @38..39 "e"
                Int "5" @41..42 "5"
            3:4: the quote that opens here is never closed
            7:4: this `[` is never closed
        "#]],
    );
}

#[test]
fn empty_documents_are_left_out() {
    check(
        "---\n# only a comment\n---\n---\na: 1\n...\n",
        expect![[r#"
        ---
        map @29..33 "a: 1"
          a = @29..30 "a"
            Int "1" @32..33 "1"
    "#]],
    );
}
