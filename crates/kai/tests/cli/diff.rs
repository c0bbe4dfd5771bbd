//! Reviews compared, out of git's objects and across edits that change nothing.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::run::{empty_folder, kai, write};

fn workload(name: &str) -> String {
    format!(
        "\
apiVersion: apps/v1
kind: Deployment
metadata: {{ name: {name} }}
spec:
  replicas: 3
  selector: {{ matchLabels: {{ app: {name} }} }}
  template:
    metadata: {{ labels: {{ app: {name} }} }}
    spec: {{ containers: [{{ name: {name}, image: 'registry.example/{name}:1.4' }}] }}
"
    )
}

fn budget(name: &str, least: u32) -> String {
    format!(
        "\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {{ name: {name} }}
spec:
  minAvailable: {least}
  selector: {{ matchLabels: {{ app: {name} }} }}
"
    )
}

fn both(name: &str, least: u32) -> String {
    format!("{}---\n{}", workload(name), budget(name, least))
}

pub(crate) fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.current_dir(folder).args(["-c", "user.name=A", "-c", "user.email=a@example.org"]);
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(variable);
    }
    let output = command.args(arguments).output().expect("git can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn commit(folder: &Path) {
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "--allow-empty", "--message", "A change"]);
}

/// A repository with a finding in `shop/ledger.yaml`, tagged `before`.
fn repository(name: &str) -> PathBuf {
    let folder = empty_folder(name);
    git(&folder, &["init", "--quiet"]);
    write(&folder, "shop/ledger.yaml", both("ledger", 3));
    write(&folder, "shop/cart.yaml", both("cart", 3));
    commit(&folder);
    git(&folder, &["tag", "before"]);
    folder
}

fn diff(folder: &Path, arguments: &[&str]) -> Value {
    let ran = kai(folder, &[&["diff", "--format", "json"], arguments].concat(), None);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    serde_json::from_str(&ran.stdout).expect("it is JSON")
}

fn counts(diff: &Value) -> [usize; 4] {
    ["new", "worse", "better", "gone"].map(|it| diff[it].as_array().map_or(0, Vec::len))
}

#[test]
fn revisions_are_read_from_gits_objects_and_the_work_tree_stays_as_it_is() {
    let folder = repository("diff-revisions");
    write(&folder, "shop/ledger.yaml", both("ledger", 2));
    write(&folder, "shop/stock.yaml", both("stock", 3));
    commit(&folder);
    write(&folder, "shop/ledger.yaml", "not: committed\n");
    let between = diff(&folder, &["before", "HEAD"]);
    assert_eq!(counts(&between), [1, 0, 0, 1], "{between}");
    assert_eq!(between["new"][0]["component"], "Deployment/stock");
    assert_eq!(between["gone"][0]["path"], "shop/ledger.yaml");
    assert_eq!(between["same_count"], 1);
    let left = std::fs::read_to_string(folder.join("shop/ledger.yaml")).expect("it is there");
    assert_eq!(left, "not: committed\n");
    let below = diff(&folder.join("shop"), &["before", "HEAD"]);
    assert_eq!(below["new"][0]["path"], "stock.yaml", "paths are those of the working directory");
}

#[test]
fn a_revision_and_its_folder_are_the_same_review() {
    let folder = repository("diff-revision-and-folder");
    write(&folder, "overlays/live/kustomization.yaml", "resources: [../../shop]\nnamePrefix: x-\n");
    write(&folder, "shop/kustomization.yaml", "resources: [ledger.yaml, cart.yaml]\n");
    write(&folder, ".hidden/ledger.yaml", both("hidden", 3));
    commit(&folder);
    assert_eq!(counts(&diff(&folder, &["HEAD"])), [0, 0, 0, 0]);
    assert_eq!(counts(&diff(&folder, &["HEAD", "."])), [0, 0, 0, 0]);
    let overlay = folder.join("overlays/live");
    let above = diff(&overlay, &["HEAD", "."]);
    assert_eq!((counts(&above), above["same_count"].clone()), ([0, 0, 0, 0], 2.into()));
}

#[test]
fn lines_that_move_files_that_are_renamed_and_documents_that_change_places_are_no_change() {
    let folder = repository("diff-unrelated");
    let moved =
        format!("# A line more.\n\n{}", both("ledger", 3).replace("  replicas", "\n  replicas"));
    write(&folder, "shop/ledger.yaml", moved);
    let turned = format!("{}---\n{}", budget("cart", 3), workload("cart"));
    write(&folder, "shop/basket.yaml", turned);
    std::fs::remove_file(folder.join("shop/cart.yaml")).expect("it was there");
    write(&folder, "shop/aaa.yaml", workload("unrelated"));
    commit(&folder);
    let between = diff(&folder, &["before", "HEAD"]);
    assert_eq!((counts(&between), between["same_count"].clone()), ([0, 0, 0, 0], 2.into()));
}

#[cfg(unix)]
#[test]
fn a_link_in_a_revision_is_the_file_behind_it() {
    let folder = repository("diff-links");
    let link = |target: &str, name: &str| {
        std::os::unix::fs::symlink(target, folder.join(name)).expect("links can be made");
    };
    link("../shop/kustomization.yaml", "shop/outside.yaml");
    link("/etc/hostname", "shop/absolute.yaml");
    commit(&folder);
    assert_eq!(counts(&diff(&folder, &["before", "HEAD"])), [0, 0, 0, 0]);
}

#[test]
fn only_what_is_new_or_worse_fails() {
    let folder = repository("diff-fails");
    let code =
        |level: &str| kai(&folder, &["diff", "before", "HEAD", "--fail-on", level], None).code;
    write(&folder, "shop/cart.yaml", both("cart", 2));
    commit(&folder);
    assert_eq!(code("low"), Some(0), "what was there before is known");
    write(&folder, "shop/stock.yaml", both("stock", 3));
    commit(&folder);
    assert_eq!(code("low"), Some(1));
    assert_eq!(code("critical"), Some(0));
    assert_eq!(code("never"), Some(0));
}

#[test]
fn a_side_that_is_nothing_is_said() {
    let folder = repository("diff-nothing");
    for name in ["nowhere", "--output=x", "HEAD:shop"] {
        let ran = kai(&folder, &["diff", "--", name, "HEAD"], None);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        let message = format!("kai: `{name}` is no folder, no file and no revision");
        assert!(ran.stderr.starts_with(&message), "{}", ran.stderr);
    }
    let ran = kai(&folder, &["diff", "shop/cart.yaml", "HEAD"], None);
    let message = "kai: `shop/cart.yaml` is no review in kai.review/v1";
    assert!(ran.code == Some(2) && ran.stderr.starts_with(message), "{ran:?}");
}

#[test]
fn where_git_is_not_there_it_is_said() {
    let folder = repository("diff-without-git");
    let output = Command::new(env!("CARGO_BIN_EXE_kai"))
        .args(["diff", "before", "HEAD"])
        .current_dir(&folder)
        .env("PATH", folder.join("nowhere"))
        .output()
        .expect("the binary was built with this test");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.starts_with("kai: cannot start `git`, which reads revisions"), "{said}");
}

#[test]
fn with_a_baseline_only_what_came_after_it_fails() {
    let folder = empty_folder("baseline");
    write(&folder, "ledger.yaml", both("ledger", 3));
    let made = kai(&folder, &["review", "--format", "json", "--output", "base.json"], None);
    assert_eq!(made.code, Some(0), "{made:?}");
    let review = |more: &[&str]| {
        kai(&folder, &[&["review", "--baseline", "base.json"], more].concat(), None)
    };
    let known = review(&[]);
    assert_eq!(known.code, Some(0));
    assert_eq!(known.stderr, "kai: since the baseline: 0 new, 0 worse, 0 gone; 1 known\n");
    write(&folder, "stock.yaml", both("stock", 3));
    let added = review(&["--format", "github"]);
    assert_eq!(added.code, Some(1), "a baseline fails on anything that is new");
    assert_eq!(added.stderr, "kai: since the baseline: 1 new, 0 worse, 0 gone; 1 known\n");
    assert!(added.stdout.contains("stock") && !added.stdout.contains("file=ledger"), "{added:?}");
    assert_eq!(review(&["--fail-on", "critical"]).code, Some(0));
}

#[test]
fn what_a_team_says_at_the_top_of_its_repository_holds_for_a_part_of_it() {
    let folder = repository("settings-above");
    let allow = |paths: &str| {
        let rules = format!("{{ rule: pdb-blocks-drain, paths: {paths}, reason: known }}");
        write(&folder, "kai.yaml", format!("allow: [{rules}]\n"));
    };
    let suppressed = |arguments: &[&str], below: &str| {
        let ran =
            kai(&folder.join(below), &[&["review", "--format=json"], arguments].concat(), None);
        let review: Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
        assert_eq!(review["problems"], serde_json::json!([]), "{ran:?}");
        review["suppressed"].as_array().map_or(0, Vec::len)
    };
    allow("shop/ledger.yaml");
    assert_eq!(suppressed(&["shop"], ""), 1, "paths count from the folder of the file");
    assert_eq!(suppressed(&[], "shop"), 1);
    commit(&folder);
    let below = diff(&folder.join("shop"), &["HEAD", "."]);
    assert_eq!((counts(&below), below["same_count"].clone()), ([0; 4], 1.into()), "{below}");
    allow("ledger.yaml");
    assert_eq!(suppressed(&["shop"], ""), 0);
    write(&folder, "shop/kai.yaml", "slo: { target: 99% }\n");
    allow("shop/ledger.yaml");
    assert_eq!(suppressed(&["shop"], ""), 0, "the nearest file alone is read");
    std::fs::remove_file(folder.join("shop/kai.yaml")).expect("it was there");
    write(&folder, "shop/.git/HEAD", "ref: refs/heads/main\n");
    assert_eq!(suppressed(&["shop"], ""), 0, "another repository is nobody's part");
}
