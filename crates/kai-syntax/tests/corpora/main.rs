//! Every YAML and JSON file of real repositories, and every output of Kustomize over them.
//!
//! The data is found by `KAI_CORPUS_DATA` (repositories) and `KAI_KUSTOMIZE_DATA` (goldens), or in
//! `../shared` next to the repository; without it the tests say so and pass, unless
//! `KAI_REQUIRE_DATA=1`.

#![expect(clippy::disallowed_methods, reason = "finds and unpacks recorded data")]
#![expect(clippy::unwrap_used, reason = "a test that cannot read its data has failed")]

use std::fmt::Write as _;
use std::path::Path;

use expect_test::expect;
use kai_core::{Origins, Position};
use kai_syntax::json::JsonOptions;
use kai_syntax::{Parsed, json, yaml};

use kai_testing::{corpus, files_with, recorded, say};

fn read(path: &Path, text: &str) -> Parsed {
    let origins = Origins::new();
    let id = origins.add_document("file".into(), text.into()).unwrap();
    if path.extension().is_some_and(|it| it == "json") {
        json::parse(&origins, id, &JsonOptions::default())
    } else {
        yaml::parse(&origins, id)
    }
}

#[test]
fn every_file_reads_or_is_a_template_or_has_a_problem_with_a_line() {
    let Some(root) = corpus() else { return };
    let (mut read_whole, mut templates, mut problems) = (0, 0, String::new());
    let files = files_with(&root, &["yaml", "yml", "json"]);
    for file in &files {
        let Ok(text) = std::fs::read_to_string(file) else { continue };
        let parsed = read(file, &text);
        read_whole += usize::from(parsed.problems.is_empty() && parsed.template.is_none());
        templates += usize::from(parsed.template.is_some());
        for problem in parsed.problems {
            let line = Position::of(&text, problem.span.unwrap().start).line;
            let name = file.strip_prefix(&root).unwrap().display();
            writeln!(problems, "{name}:{line}: {}", problem.message).unwrap();
        }
    }
    let total = files.len();
    say(&format!("CORPUS-TEXTS: {}/{total} ({templates} templates)", read_whole + templates));
    expect![[r#"
        cds-snc__notification-terraform/.devcontainer/devcontainer.json:22: this is not valid JSON: a key in double quotes is expected here
        cybozu-go__neco-apps/rook/base/upstream/chart/templates/resources.yaml:1729: the key `subresources` is written twice in one mapping, and the last one counts: line 1719 says the same
        onedr0p__home-ops/.vscode/settings.json:24: this is not valid JSON: a key in double quotes is expected here
        prometheus-operator__kube-prometheus/examples/alertmanager-config-with-template.yaml:21: a key stands where none can be
    "#]].assert_eq(&problems);
}

#[test]
fn outputs_of_kustomize_are_written_back_byte_for_byte() {
    let Some(root) = recorded("KAI_KUSTOMIZE_DATA", "conformance/kustomize") else { return };
    let (mut equal, mut different) = (0, Vec::new());
    let files = files_with(&root, &["yaml"]);
    for file in &files {
        let text = std::fs::read_to_string(file).unwrap();
        let parsed = read(file, &text);
        if yaml::emit_stream(parsed.documents.iter().map(|it| &it.node)) == text {
            equal += 1;
        } else {
            different.push(file.display().to_string());
        }
    }
    say(&format!("YAML-WRITTEN: {equal}/{}", files.len()));
    assert!(different.is_empty(), "{different:#?}");
}
