use expect_test::{Expect, expect};
use kai_core::{Origins, Value};

use super::{Placeholder, TemplateKind, mark_holes, placeholder};
use crate::yaml::{emit, parse};

#[track_caller]
fn check(text: &str, expected: (usize, usize, Option<TemplateKind>)) {
    let origins = Origins::new();
    let id = origins.add_document("a.yaml".into(), text.into()).unwrap();
    let parsed = parse(&origins, id);
    let found = (parsed.documents.len(), parsed.problems.len(), parsed.template);
    assert_eq!(found, expected, "{text}");
}

#[test]
fn control_lines_make_a_template() {
    check("a: 1\n{{- if .x }}\nb: 2\n{{- end }}\n", (0, 0, Some(TemplateKind::Go)));
    check("{{ range .x }}\n- a\n{{ end }}\n---\nb: 2\n", (1, 0, Some(TemplateKind::Go)));
    check("a:\n  {{- toYaml .x | nindent 2 }}\n", (0, 0, Some(TemplateKind::Go)));
    check("a: {{ .x }}-suffix\n", (0, 0, Some(TemplateKind::Go)));
    check("a: \"{{ index \"b\" }}\"\n", (0, 0, Some(TemplateKind::Go)));
    check("a: \"{{\n  \"{{ b }}\"\n  }}\"\n", (0, 0, Some(TemplateKind::Go)));
    check("a: 1\n{% if b %}\nb: {{ c }}\n{% endif %}\n", (0, 0, Some(TemplateKind::Jinja)));
    check("a: {{ name }}:{{ tag }}\n", (0, 0, Some(TemplateKind::Jinja)));
    check("a: 1\n%{ if b ~}\nb: ${c}\n%{ endif }\n", (0, 0, Some(TemplateKind::Terraform)));
    check("a:\n${FRAGMENT}\nb: 1\n", (0, 0, Some(TemplateKind::Envsubst)));
    check("a: {name: ${NAME}}\n", (0, 0, Some(TemplateKind::Envsubst)));
    check("a: [${FIRST}, b]\n", (0, 0, Some(TemplateKind::Envsubst)));
}

#[test]
fn broken_yaml_with_template_marks_in_texts_only_is_broken_yaml() {
    check("a:\n- b: '{{ x }}'\n   c: \"{{ y }}\"\n", (0, 1, None));
    check("a: [1\nb: 2 # {{ x }}\n", (0, 1, None));
    check("a: ${NAME}\nb: [1\n", (0, 1, None));
}

#[test]
fn a_hole_for_a_whole_value_is_an_unknown_value() {
    let text = "a: {{ .x | default \"b: c\" }}\nd: [{{ y }}, 1]\n";
    check(text, (1, 0, Some(TemplateKind::Go)));
    let origins = Origins::new();
    let id = origins.add_document("a.yaml".into(), text.into()).unwrap();
    let parsed = parse(&origins, id);
    let hole = parsed.documents[0].node.get("a").unwrap();
    assert!(matches!(hole.value, Value::Unknown(_)));
    let span = origins.span(hole.origin).unwrap();
    assert_eq!(&text[span.start as usize..span.end as usize], "{{ .x | default \"b: c\" }}");
    assert_eq!(
        emit(&parsed.documents[0].node),
        "a: '{{ .x | default \"b: c\" }}'\nd:\n- '{{ y }}'\n- 1\n"
    );
}

#[test]
fn quoted_marks_are_texts() {
    check("a: '{{ $labels.pod }} is down'\nb: \"{{ x }}\"\nc: |\n  {{ y }}\n", (1, 0, None));
}

#[test]
fn placeholders_have_names_and_defaults() {
    let found = |name, default| Some(Placeholder { name, default });
    assert_eq!(placeholder("${APP}"), found("APP", None));
    assert_eq!(placeholder("${SIZE:=5Gi}"), found("SIZE", Some("5Gi")));
    assert_eq!(placeholder("${SIZE:-}"), found("SIZE", Some("")));
    for text in ["${}", "${A}${B}", "x${A}", "$A", "${A:?must be set}", "${A[0]}", "${1}"] {
        assert_eq!(placeholder(text), None, "{text}");
    }
}

#[track_caller]
fn check_holes(text: &str, expected: Expect) {
    let origins = Origins::new();
    let id = origins.add_document("a.yaml".into(), text.into()).unwrap();
    let mut node = parse(&origins, id).documents[0].node.clone();
    mark_holes(&mut node);
    let mut unknown = Vec::new();
    collect(&node, &mut unknown);
    expected.assert_eq(&unknown.join("\n"));
}

fn collect(node: &kai_core::Node, unknown: &mut Vec<String>) {
    if let Value::Unknown(it) = &node.value {
        unknown.push(it.text.to_string());
    }
    node.items().iter().for_each(|it| collect(it, unknown));
    node.as_map().into_iter().flatten().for_each(|it| collect(&it.node, unknown));
}

#[test]
fn placeholders_are_unknown_except_where_they_may_be_a_programs_own() {
    check_holes(
        "metadata:\n  name: ${APP}\n  labels: {x: 'a-${B}'}\nspec:\n  replicas: ${REPLICAS:=2}\n  \
         modes:\n  - ${MODE}\n  args: ['${PORT}']\n  command: [sh, -c, '${RUN}']\ndata:\n  key: \
         ${VALUE}\n",
        expect![[r#"
            ${APP}
            ${REPLICAS:=2}
            ${MODE}"#]],
    );
}
