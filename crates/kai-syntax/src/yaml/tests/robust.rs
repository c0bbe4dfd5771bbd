//! Bad and odd input: nothing here may panic, hang or overflow the stack.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use kai_core::{Origins, Position};

use crate::Parsed;
use crate::draw::Draw;
use crate::json::{self, JsonOptions};
use crate::yaml::{emit, parse};

fn read(text: &str) -> Parsed {
    let origins = Origins::new();
    let id = origins.add_document("a.yaml".into(), text.into()).unwrap();
    parse(&origins, id)
}

fn written(text: &str) -> String {
    read(text).documents.iter().map(|it| emit(&it.node)).collect()
}

/// Prints the problems of a text, with their remedies.
#[track_caller]
fn check_problems(text: &str, expected: Expect) {
    let mut shown = String::new();
    for problem in read(text).problems {
        let Position { line, column } = Position::of(text, problem.span.unwrap().start);
        writeln!(shown, "{line}:{column}: {}\n    {}", problem.message, problem.remedy).unwrap();
    }
    expected.assert_eq(&shown);
}

#[test]
fn windows_line_ends_and_byte_order_marks_change_no_value() {
    for seed in 0..200 {
        let text = Draw::new(seed).document();
        let expected = written(&text);
        let windows = text.replace('\n', "\r\n");
        assert_eq!(written(&windows), expected, "seed {seed}\n{text}");
        assert_eq!(written(&format!("\u{feff}{windows}")), expected, "seed {seed}\n{text}");
    }
}

#[test]
fn every_span_is_the_text_of_its_value() {
    for seed in 0..200 {
        let text = Draw::new(seed).document();
        let origins = Origins::new();
        let id = origins.add_document("a.yaml".into(), text.as_str().into()).unwrap();
        let root = parse(&origins, id).documents[0].node.clone();
        let mut nodes = vec![root];
        while let Some(node) = nodes.pop() {
            let span = origins.span(node.origin).unwrap();
            nodes.extend(node.items().iter().cloned());
            nodes.extend(node.as_map().into_iter().flatten().map(|it| it.node.clone()));
            let written = &text[span.start as usize..span.end as usize];
            if written.contains("|+") {
                // The blank lines that such a block keeps are not in its span.
                continue;
            }
            let column = Position::of(&text, span.start).column as usize - 1;
            let alone = read(&format!("{}{written}\n", " ".repeat(column)));
            if let Some(alone) = alone.documents.first() {
                let blocks = [emit(&alone.node), emit(&node)].map(|it| it.trim_end().to_owned());
                assert_eq!(blocks[0], blocks[1], "seed {seed}\n{text}\n{written}");
            } else {
                assert!(node.is_null(), "seed {seed}\n{text}\n{written}");
            }
        }
    }
}

#[test]
fn any_damage_is_survived() {
    for seed in 0..800 {
        let mut draw = Draw::new(seed);
        let text = format!("{}---\n{}", draw.document(), draw.document());
        let damaged = draw.damage(&text);
        let parsed = read(&damaged);
        parsed.documents.iter().for_each(|it| drop(json::emit(&it.node)));
        let origins = Origins::new();
        let id = origins.add_document("a.json".into(), damaged).unwrap();
        drop(json::parse(&origins, id, &JsonOptions::dump()));
    }
}

#[test]
fn every_prefix_of_a_file_is_survived() {
    for seed in 0..5 {
        let text = Draw::new(seed).document();
        for end in (0..text.len()).filter(|&it| text.is_char_boundary(it)) {
            drop(read(&text[..end]));
        }
    }
}

#[test]
fn deep_nesting_is_refused() {
    let keys: String = (0..5000).map(|it| format!("{}a:\n", " ".repeat(it))).collect();
    let deep = [
        "[".repeat(200_000),
        "{a: ".repeat(100_000),
        "- ".repeat(100_000),
        "? ".repeat(100_000),
        keys,
        format!("{}1{}", "[".repeat(250), "]".repeat(250)),
    ];
    for text in deep {
        let parsed = read(&text);
        assert_eq!((parsed.documents.len(), parsed.problems.len()), (0, 1), "{:.20}", text);
    }
    let fits = format!("{}1{}", "[".repeat(199), "]".repeat(199));
    assert_eq!(read(&fits).documents.len(), 1);
}

#[test]
fn aliases_cannot_make_a_tree_deeper_than_it_may_be_written() {
    let mut text = String::from("a0: &a0 [1]\n");
    for at in 1..5000 {
        let nested = format!("{}*a{}{}", "[".repeat(50), at - 1, "]".repeat(50));
        writeln!(text, "a{at}: &a{at} {nested}").unwrap();
    }
    check_problems(
        &text,
        expect![[r#"
            5:59: values are nested more than 200 levels deep
                flatten the document
        "#]],
    );
}

#[test]
fn alias_bombs_are_refused() {
    let mut text = String::from("a: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for at in 1..9 {
        let item = format!("*a{}, ", at - 1);
        writeln!(text, "a{at}: &a{at} [{}]", item.repeat(10)).unwrap();
    }
    check_problems(
        &text,
        expect![[r#"
            4:10: aliases repeat so much that Kubernetes refuses this document
                write values out instead of repeating aliases of aliases
        "#]],
    );
    let padding = "x".repeat(10_000_000);
    let mut large = format!("p: {padding}\na: &a [x, x, x, x, x, x, x, x, x, x]\nb:\n");
    large.push_str(&"- *a\n".repeat(100_000));
    let parsed = read(&large);
    assert_eq!((parsed.documents.len(), parsed.problems.len()), (0, 1));
}

#[test]
fn merges_cannot_make_a_bomb_either() {
    let keys: String = (0..1000).map(|it| format!("  k{it}: 1\n")).collect();
    let text = format!("a: &a\n{keys}b:\n{}", "- <<: *a\n".repeat(100_000));
    let parsed = read(&text);
    assert_eq!((parsed.documents.len(), parsed.problems.len()), (0, 1));
}

#[test]
fn problems_say_what_to_do() {
    check_problems(
        "a: &a [*a]\n",
        expect![[r#"
        1:8: an alias stands inside the value that it repeats
            write the value out where it is repeated
    "#]],
    );
    check_problems(
        "a: *b\n",
        expect![[r#"
            1:4: this alias names an anchor that is not defined above
                define the anchor, or quote the text if it is no alias
        "#]],
    );
    check_problems(
        "a:\n\tb: 1\n",
        expect![[r#"
            2:2: a tab stands where only spaces can indent
                indent with spaces
        "#]],
    );
    check_problems(
        "a: 'x\n",
        expect![[r#"
            1:4: the quote that opens here is never closed
                close the quote
        "#]],
    );
    check_problems(
        "a: b: c\n",
        expect![[r#"
            1:5: a key stands where none can be
                correct the indentation of this line or of the one before, or quote the value that holds the colon
        "#]],
    );
    check_problems(
        "a: 1\n  b: 2\n",
        expect![[r#"
            2:4: a key stands where none can be
                correct the indentation of this line or of the one before, or quote the value that holds the colon
        "#]],
    );
    check_problems(
        "a: [1, 2\nb: 3\n",
        expect![[r#"
            2:2: a key stands where none can be
                correct the indentation of this line or of the one before, or quote the value that holds the colon
        "#]],
    );
    check_problems(
        "a: @x\n",
        expect![[r#"
            1:4: a plain value cannot start with `@`
                put the value in quotes
        "#]],
    );
    check_problems(
        "a: %x\n",
        expect![[r#"
            1:4: a plain value cannot start with `%`
                put the value in quotes
        "#]],
    );
    check_problems(
        "a: \"\\d\"\n",
        expect![[r#"
            1:4: the double quotes hold an escape that YAML does not know
                write the backslash twice, or use single quotes
        "#]],
    );
    check_problems(
        "- a\nb: 1\n",
        expect![[r#"
            2:1: this line continues nothing that is open above it
                align it with the keys or items that it belongs to
        "#]],
    );
    check_problems(
        "a: !!int x\n",
        expect![[r#"
        1:10: `x` cannot be read as `!!int`
            correct the value or its tag
    "#]],
    );
    check_problems(
        "<<: 1\n",
        expect![[r#"
        1:1: the merge key `<<` has a value that is no mapping
            merge an alias to a mapping, or a list of such aliases
    "#]],
    );
}

#[test]
fn tabs_between_tokens_are_space() {
    assert_eq!(written("a:\t1\t# c\nb: [1,\t2]\n"), "a: 1\nb:\n- 1\n- 2\n");
}
