use super::{Command, Item, parse};

const FUNCTIONS: &[&str] = &["include", "nindent", "quote", "eq"];

/// What a template refuses, as `line: message`.
#[track_caller]
fn check_refused(text: &str, expected: &str) {
    let error = parse("a.yaml", text, &|it| FUNCTIONS.contains(&it)).unwrap_err();
    assert_eq!(format!("{}: {}", error.line, error.message), expected);
}

/// The texts that a template writes as they stand, and its pipelines as Go prints them.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let template = parse("a.yaml", text, &|it| FUNCTIONS.contains(&it)).unwrap();
    let shown: Vec<String> = template
        .body
        .iter()
        .map(|item| match item {
            Item::Text { start, end } => text[*start as usize..*end as usize].to_owned(),
            Item::Action(it) => it.to_string(),
            Item::If(it) => format!("if {}", it.pipeline),
            Item::With(it) => format!("with {}", it.pipeline),
            Item::Range(it) => format!("range {}", it.pipeline),
            Item::Call(it) => format!("template {}", it.name),
            Item::Break => "break".into(),
            Item::Continue => "continue".into(),
        })
        .collect();
    assert_eq!(shown, expected);
}

#[test]
fn markers_trim_the_text_beside_them() {
    check(
        "a:\n  {{- include \"x\" . | nindent 2 -}}\n\nb",
        &["a:", "include \"x\" . | nindent 2", "b"],
    );
    check("a {{/* nothing */ -}} b", &["a ", "b"]);
}

#[test]
fn control_words_hold_their_bodies() {
    check(
        "{{ range $i, $it := .Values.ports }}{{ $it }}{{ else }}none{{ end }}{{ with .a.b }}{{ end }}",
        &["range $i, $it := .Values.ports", "with .a.b"],
    );
}

#[test]
fn a_definition_leaves_nothing_behind() {
    let template = parse("a", "{{ define \"x\" }}1{{ end }}b", &|_| false).unwrap();
    assert_eq!(template.definitions[0].name, "x");
    assert_eq!(template.body.len(), 1);
}

#[test]
fn errors_have_the_line_and_the_words_of_go() {
    check_refused("{{ if true }}\nyes", "2: unexpected EOF");
    check_refused("a\n{{ nobody }}", "2: function \"nobody\" not defined");
    check_refused("{{ $x }}", "1: undefined variable \"$x\"");
    check_refused("{{ \"open }}", "1: unterminated quoted string");
    check_refused("{{ end }}", "1: unexpected {{end}}");
    check_refused("{{ .a | 5 }}", "1: non executable command in pipeline stage 2");
    check_refused("{{ quote\n", "2: unclosed action started at a.yaml:1");
    check_refused("{{ break }}", "1: {{break}} outside {{range}}");
}

#[test]
fn nesting_without_end_is_refused() {
    let text = "{{ if true }}".repeat(10_000);
    assert!(parse("a", &text, &|_| false).unwrap_err().message.contains("deep"));
    let text = format!("{{{{ {}1", "(".repeat(10_000));
    assert!(parse("a", &text, &|_| false).is_err());
}

/// The commands of the first action, with all their places.
fn commands(text: &str) -> Vec<Command> {
    let is_function = |it: &str| FUNCTIONS.contains(&it);
    let text = format!("{{{{ $x := 1 }}}}{text}");
    match parse("a.yaml", &text, &is_function).unwrap().body.swap_remove(1) {
        Item::Action(pipeline) => pipeline.commands,
        item => panic!("{item:?} is no action"),
    }
}

#[test]
fn plain_words_are_read_as_any_others() {
    const WORDS: &[&str] = &[
        ".",
        ".a",
        ".Values.image.tag",
        "$",
        "$x",
        "$.Values.a",
        "$x.a.b",
        "(include \"b\" . )",
        "( $x.a | quote ).b.c",
        "\"text\"",
        "\"\\tline\\\"é\"",
        "`raw {{`",
        "0",
        "017",
        "12345678901",
        "true",
        "false",
        "quote",
    ];
    for first in WORDS {
        for second in WORDS {
            let words = format!("include {first}\t{second}| quote {second} | eq {first}");
            let plain = commands(&format!("{{{{- {words} -}}}}"));
            // The lexer alone knows character constants, so it reads all of this one.
            let mut other = commands(&format!("{{{{- {words} | quote 'c' -}}}}"));
            other.pop();
            assert_eq!(format!("{plain:?}"), format!("{other:?}"), "{words}");
        }
    }
}

#[test]
fn what_plain_words_declare_is_known_behind_them_alone() {
    let range = "{{ range $i, $it := .a }}{{ $i }}{{ $it = $i }}{{ end }}";
    check(range, &["range $i, $it := .a"]);
    check_refused(&format!("{range}{{{{ $it }}}}"), "1: undefined variable \"$it\"");
    check_refused("{{ $x := quote $y }}", "1: undefined variable \"$y\"");
    check_refused("{{ if $x, $y := .a }}", "1: too many declarations in if");
    check_refused("{{ $x=1 }}", "1: bad character U+003D '='");
    check_refused("{{ (quote .a }}", "1: unclosed left paren");
    check_refused("{{ quote .a) }}", "1: unexpected right paren");
    check_refused("{{ .a | \"b\" }}", "1: non executable command in pipeline stage 2");
}
