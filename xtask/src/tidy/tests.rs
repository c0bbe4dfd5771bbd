//! The tree is tidy, and every check can fail.

use super::tracked::Tracked;
use super::{documents, files, layers, modules, rules};
use crate::repository;

type Check = fn(&Tracked) -> Vec<String>;

const CHECKS: &[Check] = &[
    layers::arrows_point_down,
    layers::lints_are_shared,
    layers::the_lock_file_is_small,
    modules::docs_come_first,
    modules::lists_equal_the_folder,
    rules::every_rule_has_its_page,
    rules::packs_list_their_rules,
    files::nothing_is_unfinished,
    files::no_path_of_a_machine,
    files::files_are_small,
    files::only_the_binary_reads_the_world,
    documents::documents_are_short,
    documents::what_they_name_exists,
];

#[test]
fn the_tree_is_tidy() {
    let Some(tracked) = Tracked::read(&repository()) else {
        eprintln!("tidy: SKIPPED, this is not a git repository");
        return;
    };
    let offences: Vec<String> = CHECKS.iter().flat_map(|check| check(&tracked)).collect();
    assert!(offences.is_empty(), "{} offences:\n{}", offences.len(), offences.join("\n"));
}

#[track_caller]
fn check(check: Check, files: &[(&str, &str)], expected: &[&str]) {
    let offences = check(&Tracked::of(files));
    assert_eq!(offences, expected);
}

#[test]
fn an_arrow_that_points_up_is_an_offence() {
    let offences = layers::arrows_point_down(&Tracked::of(&[(
        "crates/kai-core/Cargo.toml",
        "[dependencies]\nkai-graph.workspace = true\n[dev-dependencies]\nkai.workspace = true\n",
    )]));
    let about_core: Vec<_> = offences.iter().filter(|it| it.starts_with("crates/")).collect();
    assert_eq!(about_core, ["crates/kai-core: the arrow to `kai-graph` does not point down"]);
}

#[test]
fn an_arrow_to_a_sibling_is_an_offence() {
    let files = [("crates/kai-graph/Cargo.toml", "[dependencies]\nkai-syntax = { path = \"\" }\n")];
    let offences = layers::arrows_point_down(&Tracked::of(&files));
    assert!(offences.iter().any(|it| it.contains("the arrow to `kai-syntax`")), "{offences:?}");
}

#[test]
fn a_module_that_nobody_lists_is_an_offence() {
    check(
        modules::lists_equal_the_folder,
        &[
            ("crates/a/src/lib.rs", "//! A.\n\nmod zoo;\nmod ape;\n"),
            ("crates/a/src/ape.rs", ""),
            ("crates/a/src/bee.rs", ""),
        ],
        &[
            "crates/a/src/lib.rs: `bee` is in the folder, not in the list",
            "crates/a/src/lib.rs: `zoo` is in the list, not in the folder",
            "crates/a/src/lib.rs: `mod ape` is out of order",
        ],
    );
}

#[test]
fn a_module_without_words_is_an_offence() {
    check(
        modules::docs_come_first,
        &[("crates/a/src/b/mod.rs", "mod c;\n")],
        &["crates/a/src/b/mod.rs: begin with `//!`, saying what this is for"],
    );
}

#[test]
fn a_rule_without_a_page_and_a_page_without_a_rule_are_offences() {
    let code = "static RULE: Rule = Rule { id: \"one-thing\",";
    check(
        rules::every_rule_has_its_page,
        &[
            ("crates/kai-rules/src/pack/one_thing.rs", code),
            ("crates/kai-rules/src/pack/other_thing.md", "# other-thing\n"),
        ],
        &[
            "crates/kai-rules/src/pack/one_thing.rs: its page one_thing.md is missing",
            "crates/kai-rules/src/pack/other_thing.md: its rule is missing",
        ],
    );
}

#[test]
fn a_rule_that_its_pack_does_not_list_is_an_offence() {
    check(
        rules::packs_list_their_rules,
        &[
            ("crates/kai-rules/src/pack/mod.rs", "static RULES: &[&Rule] = &[&b::RULE];"),
            ("crates/kai-rules/src/pack/a.rs", "static RULE: Rule = Rule {"),
            ("crates/kai-rules/src/pack/b.rs", "static RULE: Rule = Rule {"),
        ],
        &["crates/kai-rules/src/pack/mod.rs: RULES is [\"b\"], the folder has [\"a\", \"b\"]"],
    );
}

#[test]
fn a_document_that_names_what_is_not_there_is_an_offence() {
    check(
        documents::what_they_name_exists,
        &[
            (
                "crates/kai/src/command_line.rs",
                "pub enum Command {\n    /// Doc.\n    Review(Review),\n}\n",
            ),
            (
                "README.md",
                "`kai review` is there, `kai dance` is not, nor `crates/gone` and kai-utils.\n",
            ),
        ],
        &[
            "README.md:1: there is no crate `kai-utils`",
            "README.md:1: there is no command `kai dance`",
            "README.md:1: there is no `crates/gone`",
        ],
    );
}

#[test]
fn unfinished_work_and_paths_of_one_machine_are_offences() {
    let text = format!("one\n// {}\n", concat!("FIX", "ME"));
    check(
        files::nothing_is_unfinished,
        &[("crates/a/src/b.rs", &text)],
        &["crates/a/src/b.rs:2: finish it, or leave it out"],
    );
    let text = format!("see {0}x\nsee apps{0}x\n", concat!("/ho", "me/"));
    check(
        files::no_path_of_a_machine,
        &[("README.md", &text)],
        &["README.md:1: this path exists on one machine only"],
    );
}

#[test]
fn a_crate_that_reads_the_environment_is_an_offence() {
    let text = concat!("#![expect(clippy::dis", "allowed_methods)]");
    check(
        files::only_the_binary_reads_the_world,
        &[("crates/kai-core/src/lib.rs", text), ("crates/kai/src/main.rs", text)],
        &["crates/kai-core/src/lib.rs: only the binary reads files, clocks and the environment"],
    );
}
