//! What is read line by line is what the parser's events say.

use std::fmt::Write as _;

use kai_core::{DocumentId, Map, Node, OriginId, Origins};

use crate::Parsed;
use crate::draw::Draw;
use crate::yaml::parse::{parse, parse_events};
use crate::yaml::skim;
use crate::yaml::{self, lines};

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

/// What is asked for of a text.
const PATHS: &[&[&str]] =
    &[&["a"], &["b", "c"], &["d", "b"], &["d", "e", "f"], &["k1"], &["k0", "k0"]];

/// A tree without what no path leads to.
fn pruned(of: &Node, paths: &[&[&str]]) -> Node {
    let Some(map) = of.as_map().filter(|_| !paths.iter().any(|it| it.is_empty())) else {
        return of.clone();
    };
    let mut kept = Map::new();
    for entry in map {
        let below = |it: &&[&str]| it.first().is_some_and(|key| entry.key == *key);
        let below: Vec<_> = paths.iter().copied().filter(below).map(|it| &it[1..]).collect();
        if !below.is_empty() {
            kept.set(&entry.key, OriginId::NONE, pruned(&entry.node, &below));
        }
    }
    Node::map(kept, OriginId::NONE)
}

/// What is skimmed of a text is what the parser finds there, unless only the parser can tell.
#[track_caller]
fn check_skimmed(text: &str) {
    let Some(skimmed) = skim(text, PATHS) else { return };
    let origins = Origins::new();
    let id = origins.add_document("a.yaml".into(), text.into()).unwrap();
    let parsed = parse_events(&origins, id);
    assert_eq!(parsed.problems.len(), parsed.repeated.len(), "{text:?}");
    assert!(parsed.template.is_none() && parsed.documents.len() < 2, "{text:?}");
    let root = parsed.documents.first().map(|it| pruned(&it.node, PATHS));
    let root = root.unwrap_or_else(|| Node::null(OriginId::NONE));
    assert!(skimmed.says_the_same(&root), "{text:?}: {skimmed:?}");
}

/// True where the text was read without the parser.
#[track_caller]
fn check(text: &str) -> bool {
    assert_eq!(said(text, parse), said(text, parse_events), "{text:?}");
    check_skimmed(text);
    let origins = Origins::new();
    let id = origins.add_document("a.yaml".into(), text.into()).unwrap();
    lines::read(origins.document(id)).is_some()
}

#[test]
fn plain_manifests_need_no_parser() {
    let text = "# head\napiVersion: v1 # why\nkind: \"Pod\"\nmetadata:\n  name: it's\n  \"a b\": 'it''s'\n\
                spec:\n  containers:\n  - name: web\n    args: [\"-c\", x, 'y']\n    env: []\n  -   name: side\n      \
                command:\n        - \"a\\\"b\\\\\\n\"\n        -\n        - - nested\n  empty: {}\n  absent:\n  folded: two\n    \
                lines\n  script: |\n    if true; then\n\n      echo # no comment\n    fi\n\n  last: |-\n    x\n  \
                flow: {a: b, \"c\": [d, {}]}\n  below:\n    {}\n  lines: 'two\n    lines'\n  more: \"two\n\n    lines\"\n  \
                text: >-\n    two\n    lines\n\n      deeper\n  none: |\n\n  anchor: &a\n    b: &c d\n  merged:\n    \
                <<: *a\n    e: *c\n  ticks: in\n    `ticks`\n---\nkind: Secret\n---\n# nothing\n---\n- 1\n- 0x10\n";
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
        "a: {b: c}\n",
        "a: { b: c , \"d\": 'e' } # f\n",
        "a: {b: c, b: d}\n",
        "a: {b: c,}\n",
        "a: {b: }\n",
        "a: {b:c}\n",
        "a: {\"b\":c}\n",
        "a: {'b': c}\n",
        "a: {b : c}\n",
        "a: {null: c}\n",
        "a: {1.50: c, true: d}\n",
        "a: {<<: c}\n",
        "a: {-: c}\n",
        "a: {b: -}\n",
        "a: {b: [c, {d: e}, []], f: {}}\n",
        "a: [{b: c}, {}, [d]]\n",
        "a: [[b], c: d]\n",
        "a: {[b]: c}\n",
        "a: {{b}: c}\n",
        "a: { {b}: c}\n",
        "a: [{{ b }}]\n",
        "a: {b: {{ c }}}\n",
        "a: {b: {c: d}\n",
        "a: {b: c]\n",
        "a: {b: c}}\n",
        "a: {b: c} d\n",
        "a: {b: c}: d\n",
        "a: {b:\n  c}\n",
        "a: [b,\n  c]\n",
        "- {a: b}\n- {}\n- [c]\n",
        "- {a: b}: c\n",
        "{a: b}\n",
        "a: {b: c:d}\n",
        "a: {b: c#d}\n",
        "a: {b: 'c'd}\n",
        "a:\n  {}\nb: c\n",
        "a:\n  [b]\n",
        "a:\n  'b'\nc:\n  \"d\"\n",
        "a:\n  b\n  c\nd: e\n",
        "a:\n{}\n",
        "a:\n  |\n  b\n",
        "-\n  {}\n-\n  b\n",
        "- |\n  a\n-\n  |\n   b\n",
        "a: 'b\n  c'\nd: e\n",
        "a: 'b  \n\n\n    c ''\n  '\nd: e\n",
        "a: 'b\nc'\n",
        "a: \"b\\n \n  # c\\\\ \n  d: e\" # f\n",
        "a: \"b\\\n  c\"\n",
        "a: \"b\n\n",
        "a: \"  \n  b\"\n",
        "a: 'b\n  c': d\n",
        "- 'a\n  b'\n- c\n",
        "- 'a\n b'\n",
        "a:\n- 'b\n c'\n",
        "a:\n- 'b\n  c'\n- d\n",
        "a: ['b\n  c', d]\n",
        "a: b\n  `c` d\n  *e &f \"g\" 'h' [i] {j} !k |l >m %n @o ,p\n",
        "a: b\n  \"c\n  'd\n  [e\n  {f\n  !g\n  |\n  >\n  %h\n  @i\n  ,j\n",
        "a: b\n  #c\n  d\n",
        "a: b\n  ? c\n",
        "a: b\n  : c\n",
        "a: b\n  -c\n",
        "a: b\n  --- c\n",
        "a: >\n  b\n  c\n\n  d\n\n\n  e\nf: g\n",
        "a: >-\n  b\n  c\n",
        "a: >+\n  b\n  c\n\n\n",
        "a: >+\n  b\n  c\n\n\nd: e\n",
        "a: >\n\n\n  b\n  c\n",
        "a: >\n  b\n    c\n  d\n",
        "a: >\n  b\n\n    c\n\n\n    d\n\n  e\n",
        "a: >\n  b\n   \n  c\n",
        "a: >\n  b",
        "a: >-\n  b\n\n",
        "a: >2\n   b\n",
        "a: >\nb: c\n",
        "a: > # b\n  c\n",
        "a: >b\n",
        "a: |\n\n# b\nc: d\n",
        "a:\n  b: |\n\n    # c\n  d: e\n",
        "a:\n  b: |\n\n  # c\n  d: e\n",
        "a:\n  b: >-\nc: d\n",
        "a:\n  b: |+\n\nc: d\n",
        "a:\n  b: |\n  \n   \nc: d\n",
        "a: |\n\n",
        "- |\n- b\n",
        "- |\n\n---\nb: c\n",
        "- >\n a\n b\n- c\n",
        "a: &x b\nc: *x\n",
        "a: &x\n  b: c\nd: *x\n",
        "a: &x\n  - b\nd:\n  - *x\n",
        "a: &x\n- b\nd: *x\n",
        "a: &x {b: c}\nd: *x # e\n",
        "a: &x [b]\nd: *x\n",
        "a: &x |\n  b\nd: *x\n",
        "a: &x 'b\n  c'\nd: *x\n",
        "a: &x # b\n  c: d\ne:\n  <<: *x\n  c: f\n",
        "a: &x\n  b: c\nd:\n  e: f\n  <<: *x\ng: *x\n",
        "a: &x\n  <<: {b: c}\nd:\n  <<: *x\n  <<: *x\n",
        "a: &x\nb: *x\n",
        "a: &x\n",
        "- &x\n- *x\n",
        "- &x a\n- *x\n- &x b\n- *x\n",
        "- &x a: b\n  c: d\n- *x\n",
        "- &x\n  a: b\n- *x\n",
        "- &x - a\n- *x\n",
        "a: &x\n  *y\n",
        "a: &x &y b\n",
        "a: &x *x\n",
        "a: &x\n  b: *x\n",
        "a: *x\n---\nb: &x c\n---\nd: *x\n",
        "a: &x b\n*x : c\n",
        "a: &x b\nc: *x d\n",
        "a: &x b\nc: *x: d\n",
        "a: &x.y b\nc: *x.y\n",
        "a: & b\n",
        "a: &x\n  b\nc: *x\n",
        "a: &x\n  'b': c\nd: *x\n",
        "a: &x\n\n  # e\n  b: c\nd: [*x]\n",
        "a:\n  &x b\n",
        "a:\n  &x\n  b: c\n",
        "a:\n  &x b: c\n",
        "a:\n  *x\n",
        "&x\na: b\n",
        "a: {b: &x c, d: *x}\n",
        "<<: a\nb: c\n",
        "a: &x {b: c}\nd:\n  !!merge <<: [*x, *x]\n",
        "a: &x b\nc: [*x]\nd: {e: *x}\nf: [ *x , *x ]\n",
        "a: &x b\nc: {*x : d}\n",
        "a: &x b\nc: *x,\n",
        "a: &x, b\nc: *x\n",
        "a: &x b\nc: [*x y]\n",
        "a: [*x]\n",
        "a: \"b\\tc\"\n",
        "a: &x\n  b: c\nd:\n  !!merge <<: *x\n  e: f\n",
        "a: &x\n  b: c\nd:\n  e: f\n  !!merge <<: *x\n",
        "a: &x {b: c}\n!!merge <<: *x\n",
        "a: &x {b: c}\nd:\n- !!merge <<: *x\n  e: f\n",
        "!!merge <<: {b: c}\n",
        "!!merge a: b\n",
        "!!merge ",
        "!!merge '<<': {a: b}\n",
        "a: :b\n:c: d\n:e:f: g\n",
        "a: \"b \\\n  c\"\n",
        "a: \"b\\\n  \\ c\\\n\n  d \\\n  \"\n",
        "a: \"b\\",
        "a: b\n  - c\n  --d\n  -> e\n",
        "a: b\n  - c: d\n",
        "a: b\n  -\n",
        "- a\n  - b\n",
        "- a\n - b\n",
        "a:\n  b\n  - c\n",
        "<<: {a: b}\nc: d\n",
        "a: &x\n    b: &y\n      c: d\n    e: *y\nf: *x\n",
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
fn an_object_is_skimmed_for_its_head() {
    let text = "# head\nkind: 'Job'\nmetadata:\n  labels: {a: b}\n  name: x\nspec:\n  name: [y, {}]\n  \
                script: |\n    a\n\n  args:\n  - b: c\n    d: e\nname: z\n";
    let head = skim(text, &[&["kind"], &["metadata", "name"], &["spec", "args"]]).unwrap();
    let written = yaml::emit(&head);
    assert_eq!(written, "kind: Job\nmetadata:\n  name: x\nspec:\n  args:\n  - b: c\n    d: e\n");
    // What must be refused is refused, though nobody asks for it.
    for broken in ["kind: Job\na: 'b\n", "kind: Job\na:\n  null: b\n", "kind: Job\na: {<<: b}\n"] {
        assert!(skim(broken, &[&["kind"]]).is_none(), "{broken}");
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
