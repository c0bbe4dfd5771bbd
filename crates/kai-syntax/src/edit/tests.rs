use expect_test::{Expect, expect};
use kai_core::{DocumentId, Edit, Map, Node, OriginId, Origins, Scalar};

use super::{delete_entry, insert_entry, replace_scalar};
use crate::draw::Draw;
use crate::json::emit;
use crate::yaml::parse;

struct Case {
    origins: Origins,
    id: DocumentId,
    node: Node,
}

impl Case {
    fn new(text: &str) -> Self {
        let origins = Origins::new();
        let id = origins.add_document("a.yaml".into(), text.into()).unwrap();
        let parsed = parse(&origins, id);
        assert!(parsed.problems.is_empty(), "{text}: {:?}", parsed.problems);
        Self { origins, id, node: parsed.documents[0].node.clone() }
    }

    fn apply(&self, edits: &[Edit]) -> String {
        Edit::apply(&self.origins.document(self.id).text, edits)
    }

    fn at(&self, path: &[&str]) -> &Node {
        path.iter().fold(&self.node, |node, key| match key.parse::<usize>() {
            Ok(index) => &node.items()[index],
            Err(_) => node.get(key).unwrap(),
        })
    }
}

#[track_caller]
fn check_replace(text: &str, path: &[&str], new: &Scalar, expected: &str) {
    let case = Case::new(text);
    let edit = replace_scalar(&case.origins, case.at(path).origin, new).unwrap();
    assert_eq!(case.apply(&[edit]), expected);
}

#[track_caller]
fn check_insert(text: &str, path: &[&str], (key, value): (&str, &str), expected: Expect) {
    let case = Case::new(text);
    let edits = insert_entry(&case.origins, case.at(path).origin, key, value).unwrap();
    expected.assert_eq(&case.apply(&edits));
}

#[track_caller]
fn check_delete(text: &str, path: &[&str], key: &str, expected: Expect) {
    let case = Case::new(text);
    let entry = case.at(path).as_map().unwrap().entry(key).unwrap();
    let edit = delete_entry(&case.origins, entry.key_origin, entry.node.origin).unwrap();
    expected.assert_eq(&case.apply(&[edit]));
}

#[test]
fn a_new_value_keeps_the_quotes_of_the_old_one() {
    check_replace("a: 'x' # c\n", &["a"], &Scalar::string("it's"), "a: 'it''s' # c\n");
    check_replace("a: \"x\"\n", &["a"], &Scalar::string("q\"\n"), "a: \"q\\\"\\n\"\n");
    check_replace("a: x\n", &["a"], &Scalar::string("y z"), "a: y z\n");
    check_replace("a: 1 # c\n", &["a"], &Scalar::int(2), "a: 2 # c\n");
    check_replace("{\"a\": \"1\"}", &["a"], &Scalar::int(2), "{\"a\": 2}");
}

#[test]
fn a_new_value_gets_the_quotes_that_it_needs() {
    check_replace("a: x\n", &["a"], &Scalar::string("true"), "a: \"true\"\n");
    check_replace("a: x\n", &["a"], &Scalar::string("b: c"), "a: \"b: c\"\n");
    check_replace("a: [x]\n", &["a", "0"], &Scalar::string("b, c"), "a: [\"b, c\"]\n");
    check_replace("a: |\n  x\n  y\nb: 1\n", &["a"], &Scalar::string("z"), "a: z\nb: 1\n");
    check_replace("a:\nb: 1\n", &["a"], &Scalar::int(3), "a: 3\nb: 1\n");
}

#[test]
fn an_entry_goes_to_the_end_of_its_mapping() {
    check_insert(
        "spec:\n  a: 1 # one\n  # two\n  b: 2\n\nlast: 3\n",
        &["spec"],
        ("c", "3"),
        expect![[r#"
            spec:
              a: 1 # one
              # two
              b: 2
              c: 3

            last: 3
        "#]],
    );
    check_insert(
        "items:\n  - name: x # first\n  - name: y",
        &["items", "1"],
        ("lines", "- a: 1\n  b: |\n    text\n\n    more\n- c\n"),
        expect![[r#"
            items:
              - name: x # first
              - name: y
                lines:
                  - a: 1
                    b: |
                      text

                      more
                  - c"#]],
    );
}

#[test]
fn an_entry_goes_into_braces() {
    check_insert(
        "a: {b: 1}\n",
        &["a"],
        ("c", "d: 2"),
        expect![[r#"
        a: {b: 1, c: {"d":2}}
    "#]],
    );
    check_insert(
        "a: {}\n",
        &["a"],
        ("c", "[1, 2]"),
        expect![[r#"
        a: {c: [1, 2]}
    "#]],
    );
    check_insert(
        "a: { b: 1, } # c\n",
        &["a"],
        ("c", "x"),
        expect![[r#"
        a: { b: 1, c: x } # c
    "#]],
    );
    check_insert(
        "{\n    \"a\": {\n        \"b\": 1\n    }\n}\n",
        &["a"],
        ("c", "2"),
        expect![[r#"
            {
                "a": {
                    "b": 1,
                    "c": 2
                }
            }
        "#]],
    );
}

#[test]
fn an_entry_of_json_is_json() {
    check_insert(
        "{ \"a\": { \"b\": 1 } }\n",
        &["a"],
        ("c", "{ d: { e: text } }"),
        expect![[r#"
            { "a": { "b": 1, "c": {"d":{"e":"text"}} } }
        "#]],
    );
    check_insert(
        "{ \"a\": { \"b\": 1 } }\n",
        &["a"],
        ("c", "text"),
        expect![[r#"
            { "a": { "b": 1, "c": "text" } }
        "#]],
    );
}

#[test]
fn an_entry_goes_under_a_key_without_a_value() {
    check_insert(
        "a:\nb: 1\n",
        &["a"],
        ("c", "2"),
        expect![[r#"
        a:
          c: 2
        b: 1
    "#]],
    );
    check_insert(
        "- x: null # y\n",
        &["0", "x"],
        ("c", "2"),
        expect![[r#"
        - x:  # y
            c: 2
    "#]],
    );
}

#[test]
fn windows_line_ends_are_kept() {
    check_insert(
        "a:\r\n  b: 1\r\n",
        &["a"],
        ("c", "d: 2\n"),
        expect![["a:\r\n  b: 1\r\n  c:\r\n    d: 2\r\n"]],
    );
    check_delete("a: 1\r\nb: 2\r\n", &[], "a", expect![["b: 2\r\n"]]);
}

#[test]
fn an_entry_is_deleted_with_its_lines() {
    check_delete(
        "a: 1\nb: |\n  x\n  y\n# c\nc: 3\n",
        &[],
        "b",
        expect![[r#"
        a: 1
        # c
        c: 3
    "#]],
    );
    check_delete(
        "- a: 1 # one\n  # two\n  b: 2\n- c\n",
        &["0"],
        "a",
        expect![[r#"
        - b: 2
        - c
    "#]],
    );
    check_delete(
        "- a: 1\n- c\n",
        &["0"],
        "a",
        expect![[r#"
        - {}
        - c
    "#]],
    );
    check_delete(
        "a: {b: 1, c: 2, d: [3]}\n",
        &["a"],
        "c",
        expect![[r#"
        a: {b: 1, d: [3]}
    "#]],
    );
    check_delete(
        "a: {b: 1, c: 2, d: [3]}\n",
        &["a"],
        "d",
        expect![[r#"
        a: {b: 1, c: 2}
    "#]],
    );
}

#[test]
fn what_others_need_is_not_deleted() {
    let case = Case::new("a: &x 1\nb: *x\n");
    for key in ["a", "b"] {
        let entry = case.node.as_map().unwrap().entry(key).unwrap();
        assert!(delete_entry(&case.origins, entry.key_origin, entry.node.origin).is_none());
    }
}

#[test]
fn texts_inside_texts_are_edited_in_the_file() {
    let outer = Case::new("a: |\n  b: 1\n  c: 2\n");
    let id = crate::embed(&outer.origins, outer.at(&["a"]), "b.yaml".into()).unwrap();
    let inner = parse(&outer.origins, id).documents[0].node.clone();
    let edit =
        replace_scalar(&outer.origins, inner.get("c").unwrap().origin, &Scalar::int(5)).unwrap();
    assert_eq!(outer.apply(&[edit]), "a: |\n  b: 1\n  c: 5\n");
}

/// Every mapping of a tree, as changed by `change` one at a time, with the origin it is told.
fn each_map(node: &Node, visit: &mut dyn FnMut(&Node)) {
    if node.as_map().is_some() {
        visit(node);
    }
    node.items().iter().for_each(|it| each_map(it, visit));
    node.as_map().into_iter().flatten().for_each(|it| each_map(&it.node, visit));
}

fn change_map(node: &mut Node, origin: OriginId, change: &dyn Fn(&mut Map)) {
    if node.origin == origin {
        node.map_mut().into_iter().for_each(change);
        return;
    }
    node.seq_mut().into_iter().flatten().for_each(|it| change_map(it, origin, change));
    let entries = node.map_mut().into_iter().flat_map(Map::entries_mut);
    entries.for_each(|it| change_map(&mut it.node, origin, change));
}

#[track_caller]
fn check_edited(case: &Case, edits: &[Edit], expected: &Node, seed: u64) {
    let text = case.apply(edits);
    let before = &case.origins.document(case.id).text;
    let edited = Case::new(&text);
    assert_eq!(emit(&edited.node), emit(expected), "seed {seed}\n{before}\n=>\n{text}");
}

#[test]
fn edits_change_what_they_say_and_nothing_else() {
    for seed in 0..60 {
        let case = Case::new(&Draw::new(seed).document());
        let (mut asked, mut made) = (0, 0);
        each_map(&case.node, &mut |map| {
            let mut expected = case.node.clone();
            let new = || Node::int(7, OriginId::NONE);
            change_map(&mut expected, map.origin, &|it| it.set("new", OriginId::NONE, new()));
            asked += 1;
            if let Some(edits) = insert_entry(&case.origins, map.origin, "new", "7") {
                made += 1;
                check_edited(&case, &edits, &expected, seed);
            }
            for entry in map.as_map().unwrap() {
                let mut expected = case.node.clone();
                change_map(&mut expected, map.origin, &|it| drop(it.remove(&entry.key)));
                asked += 1;
                if let Some(edit) = delete_entry(&case.origins, entry.key_origin, entry.node.origin)
                {
                    made += 1;
                    check_edited(&case, &[edit], &expected, seed);
                }
            }
        });
        assert!(made == asked, "seed {seed}: {made} of {asked}");
    }
}

fn each_scalar(node: &Node, visit: &mut dyn FnMut(&Node)) {
    if node.as_scalar().is_some() {
        visit(node);
    }
    node.items().iter().for_each(|it| each_scalar(it, visit));
    node.as_map().into_iter().flatten().for_each(|it| each_scalar(&it.node, visit));
}

fn change_scalar(node: &mut Node, origin: OriginId, new: &Scalar) {
    if node.origin == origin {
        node.value = kai_core::Value::Scalar(new.clone());
        return;
    }
    node.seq_mut().into_iter().flatten().for_each(|it| change_scalar(it, origin, new));
    let entries = node.map_mut().into_iter().flat_map(Map::entries_mut);
    entries.for_each(|it| change_scalar(&mut it.node, origin, new));
}

#[test]
fn any_text_can_take_the_place_of_any_scalar() {
    let texts = [
        "x",
        "true",
        "a: b",
        "x # y",
        "it's",
        "two\nlines\n",
        "",
        " x ",
        "- x",
        "{",
        "a,b",
        "\u{e9}",
        "\"",
        "\\",
        "tab\there",
        "*",
        "~",
        "0755",
        "#",
        "k:",
        "\u{feff}",
        "%",
        "---",
    ];
    let values: Vec<_> = texts.into_iter().map(Scalar::string).chain([Scalar::int(7)]).collect();
    for seed in 0..30 {
        let case = Case::new(&Draw::new(seed).document());
        let mut draw = Draw::new(seed + 1);
        each_scalar(&case.node, &mut |scalar| {
            let new = &values[draw.below(values.len())];
            let mut expected = case.node.clone();
            change_scalar(&mut expected, scalar.origin, new);
            let edit = replace_scalar(&case.origins, scalar.origin, new);
            let edit =
                edit.unwrap_or_else(|| panic!("seed {seed}: no edit for {scalar:?} {new:?}"));
            check_edited(&case, &[edit], &expected, seed);
        });
    }
}

/// The edit of the value that begins with the text between `<` and `>`, in a configuration of Terraform.
fn configured(
    text: &str,
    edit: impl Fn(&Origins, OriginId) -> Option<Vec<Edit>>,
) -> Option<String> {
    let (before, rest) = text.split_once('<').unwrap();
    let (marked, after) = rest.split_once('>').unwrap();
    let text = format!("{before}{marked}{after}");
    let origins = Origins::new();
    let id = origins.add_document("a.tf".into(), text.clone()).unwrap();
    let [start, end] =
        [before.len(), before.len() + marked.len()].map(|it| u32::try_from(it).unwrap());
    origins.set_spans(id, vec![(start, end)]);
    let edits = edit(&origins, origins.written(id, 0))?;
    Some(Edit::apply(&text, &edits))
}

#[test]
fn a_literal_of_a_configuration_is_replaced_and_nothing_else_of_it() {
    let replaced = |text, new: Scalar| {
        configured(text, |origins, id| Some(vec![replace_scalar(origins, id, &new)?]))
    };
    assert_eq!(replaced("a = <1> # c\n", Scalar::int(2)).unwrap(), "a = 2 # c\n");
    assert_eq!(replaced("a = <\"1\">\n", Scalar::int(2)).unwrap(), "a = \"2\"\n");
    assert_eq!(replaced("a = <true>\n", Scalar::bool(false)).unwrap(), "a = false\n");
    assert_eq!(replaced("a = <\"x\">\n", Scalar::string("y: z")).unwrap(), "a = \"y: z\"\n");
    assert_eq!(replaced("a = <var.count>\n", Scalar::int(2)), None);
    assert_eq!(replaced("a = <\"${var.count}\">\n", Scalar::int(2)), None);
    assert_eq!(replaced("a = <\"x\">\n", Scalar::string("${y}")), None);
}

#[test]
fn an_argument_is_added_as_blocks_and_objects_write_it() {
    let inserted =
        |text, key, value| configured(text, |origins, id| insert_entry(origins, id, key, value));
    let block = "a {\n  <spec> {\n    b = 1\n  }\n}\n";
    expect![[r#"
        a {
          spec {
            min_ready_seconds = 5
            b = 1
          }
        }
    "#]]
    .assert_eq(&inserted(block, "minReadySeconds", "5").unwrap());
    expect![[r#"
        a {
          spec {
            strategy {
              rolling_update {
                max_unavailable = "0%"
              }
            }
            b = 1
          }
        }
    "#]]
    .assert_eq(&inserted(block, "strategy", "rollingUpdate:\n  maxUnavailable: 0%").unwrap());
    let object = inserted("a = <{\n  b = 1\n}>\n", "c", "d:\n  e: [1, x]");
    assert_eq!(object.unwrap(), "a = {\n  c = { d = { e = [1, \"x\"] } }\n  b = 1\n}\n");
    let inline = inserted("a = <{ b = 1 }>\n", "c/d", "true");
    assert_eq!(inline.unwrap(), "a = { \"c/d\" = true, b = 1 }\n");
    assert_eq!(inserted("a = <{}>\n", "c", "1").unwrap(), "a = { c = 1 }\n");
    assert_eq!(inserted(block, "tolerations", "- key: a"), None);
    assert_eq!(inserted(block, "clusterIP", "None"), None);
    assert_eq!(inserted("<spec> { b = 1 }\n", "c", "1"), None);
}
