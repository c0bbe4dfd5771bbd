//! Configurations that would have no end.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use kai_core::{LocationRole, Origins};
use kai_testing::Memory;

use super::compose;
use crate::Project;

/// What is said of a configuration, and what its job `deploy` runs.
#[track_caller]
fn check(files: &str, expected: Expect) {
    let (tree, origins) = (Memory::of(files), Origins::new());
    let project = Project::load(&tree, &origins);
    let composition = compose(&project, ".gitlab-ci.yml".into());
    let mut shown = String::new();
    for problem in &composition.problems {
        let span = problem.span.expect("a problem has a place");
        let at = origins.location_of(span, LocationRole::Primary);
        writeln!(shown, "{}:{}: {}", at.path, at.line, problem.message).unwrap();
    }
    let script = composition.objects.iter().find_map(|it| it.at(&["deploy", "script"]));
    let runs = script.map(|it| it.items().len());
    writeln!(shown, "{runs:?} lines").unwrap();
    expected.assert_eq(&shown);
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

#[test]
fn a_job_that_extends_itself_is_a_problem() {
    let names = ["deploy"; 6].join(", ");
    check(
        &format!("== .gitlab-ci.yml\ndeploy:\n  extends: [{names}]\n  script: [a]\n"),
        expect![[r#"
            .gitlab-ci.yml:2: what `deploy` extends leads back to it, which GitLab refuses
            Some(1) lines
        "#]],
    );
    check(
        "== .gitlab-ci.yml\ndeploy:\n  extends: .a\n.a:\n  extends: .b\n  script: [a]\n.b:\n  extends: .a\n",
        expect![[r#"
            .gitlab-ci.yml:4: what `.a` extends leads back to it, which GitLab refuses
            Some(1) lines
        "#]],
    );
}

#[test]
fn a_job_that_is_extended_in_many_ways_is_read_once() {
    let levels = lines(11, |it| {
        let names = vec![format!(".j{}", it + 1); 40].join(", ");
        format!(".j{it}:\n  extends: [{names}]\n")
    });
    check(
        &format!("== .gitlab-ci.yml\ndeploy:\n  extends: .j2\n{levels}.j11:\n  script: [a]\n"),
        expect![[r#"
            Some(1) lines
        "#]],
    );
}

#[test]
fn a_reference_to_itself_is_a_problem() {
    let itself = ["!reference [.a, script]"; 8].join(", ");
    check(
        &format!(
            "== .gitlab-ci.yml\n.a:\n  script: [{itself}]\ndeploy:\n  script:\n  - !reference [.a, script]\n"
        ),
        expect![[r#"
            .gitlab-ci.yml:2: `!reference [.a, script]` leads back to itself, which GitLab refuses
            Some(1) lines
        "#]],
    );
}

#[test]
fn references_that_repeat_each_other_have_an_end() {
    let levels = lines(9, |it| {
        let next = vec![format!("!reference [.r{}, script]", it + 1); 20].join(", ");
        format!(".r{it}:\n  script: [{next}]\n")
    });
    check(
        &format!(
            "== .gitlab-ci.yml\n{levels}.r9:\n  script: [a]\ndeploy:\n  script: [!reference [.r0, script]]\n"
        ),
        expect![[r#"
            .gitlab-ci.yml:2: what this pipeline comes to is larger than I read
            Some(1) lines
        "#]],
    );
}

#[test]
fn an_input_may_be_named_as_often_as_it_likes() {
    let holes = "$[[ inputs.a ]] ".repeat(50_000);
    check(
        &format!(
            "== .gitlab-ci.yml\nspec:\n  inputs:\n    a: {{ default: x }}\n---\ndeploy:\n  script:\n  - '{holes}'\n"
        ),
        expect![[r#"
            Some(1) lines
        "#]],
    );
}

#[test]
fn inputs_that_repeat_themselves_from_file_to_file_have_an_end() {
    let twice = "{ a: ['$[[ inputs.a ]]', '$[[ inputs.a ]]'] }";
    let files = lines(40, |it| {
        let next = it + 1;
        format!(
            "== {it}.yml\nspec:\n  inputs:\n    a:\n---\ninclude:\n- local: {next}.yml\n  inputs: {twice}\n"
        )
    });
    check(
        &format!(
            "== .gitlab-ci.yml\ninclude:\n- local: 0.yml\n  inputs: {{ a: [x] }}\n{files}== 40.yml\nspec:\n  inputs:\n    a:\n---\ndeploy:\n  script: $[[ inputs.a ]]\n"
        ),
        expect![[r#"
            18.yml:7: what this pipeline comes to is larger than I read
            Some(0) lines
        "#]],
    );
}

#[test]
fn files_that_include_each_other_have_an_end() {
    check(
        "== .gitlab-ci.yml\ninclude: [a.yml, a.yml]\ndeploy:\n  script: [a]\n== a.yml\ninclude: [.gitlab-ci.yml]\n",
        expect![[r#"
            a.yml:1: more than 150 files are included
            Some(1) lines
        "#]],
    );
}
