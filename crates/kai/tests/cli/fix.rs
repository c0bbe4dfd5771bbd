//! Files that `kai review --fix` writes.

use std::fs;
use std::path::Path;

use crate::run::{Ran, empty_folder, kai, write};

const BLOCKED: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: { name: ledger }
spec:
  replicas: 3
  selector: { matchLabels: { app: ledger } }
  template:
    metadata: { labels: { app: ledger } }
    spec: { containers: [{ name: ledger, image: 'registry.example/ledger:1.4' }] }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: ledger }
spec:
  minAvailable: 3
  selector: { matchLabels: { app: ledger } }
";

const FREED: (&str, &str) = ("minAvailable: 3", "minAvailable: 2");

fn fix(folder: &Path, arguments: &[&str]) -> Ran {
    kai(folder, &[&["review", "--fix", "--unsafe", "--yes"], arguments].concat(), None)
}

fn read(folder: &Path, path: &str) -> String {
    fs::read_to_string(folder.join(path)).expect("the file is there")
}

#[test]
fn every_other_byte_stays() {
    let folder = empty_folder("fix-bytes");
    let windows = format!("\u{feff}# ünchanged\n{BLOCKED}").replace('\n', "\r\n");
    let text = windows.trim_end();
    write(&folder, "ledger.yaml", text);
    let ran = fix(&folder, &[]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(read(&folder, "ledger.yaml"), text.replacen(FREED.0, FREED.1, 1));
    assert_eq!(fs::read_dir(&folder).expect("it is there").count(), 1, "nothing lies beside it");
}

#[test]
fn a_diff_that_is_printed_is_one_that_git_applies() {
    let folder = empty_folder("fix-patch");
    write(&folder, "apps/ledger.yaml", BLOCKED);
    let diff = kai(&folder, &["review", "apps", "--fix", "--unsafe", "--dry-run"], None).stdout;
    assert_eq!(read(&folder, "apps/ledger.yaml"), BLOCKED, "only shown");
    write(&folder, "change.patch", diff);
    let applied = std::process::Command::new("git")
        .args(["apply", "change.patch"])
        .env("GIT_CEILING_DIRECTORIES", folder.parent().unwrap_or(&folder))
        .current_dir(&folder)
        .output()
        .expect("git can be started");
    assert!(applied.status.success(), "{applied:?}");
    assert_eq!(read(&folder, "apps/ledger.yaml"), BLOCKED.replacen(FREED.0, FREED.1, 1));
}

#[test]
fn a_value_is_changed_where_it_is_written() {
    let folder = empty_folder("fix-base");
    write(&folder, ".git/HEAD", "ref: refs/heads/main\n");
    write(&folder, "base/kustomization.yaml", "resources: [ledger.yaml]\n");
    write(&folder, "base/ledger.yaml", BLOCKED);
    let patched = "resources: [../base]\npatches:\n- patch: |\n    apiVersion: policy/v1\n    kind: \
                   PodDisruptionBudget\n    metadata: { name: ledger }\n    spec:\n      \
                   minAvailable: 3 # here\n";
    write(&folder, "live/kustomization.yaml", patched);
    let ran = fix(&folder, &["live"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let changed = patched.replacen(FREED.0, FREED.1, 1);
    assert_eq!(read(&folder, "live/kustomization.yaml"), changed);
    assert_eq!(read(&folder, "base/ledger.yaml"), BLOCKED);
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = empty_folder("fix-link");
    write(&folder, "shared/ledger.txt", BLOCKED);
    let file = folder.join("shared/ledger.txt");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("it is ours");
    symlink("shared/ledger.txt", folder.join("ledger.yaml")).expect("links can be made");
    let ran = fix(&folder, &[]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(folder.join("ledger.yaml").is_symlink());
    assert!(read(&folder, "shared/ledger.txt").contains(FREED.1));
    let mode = file.metadata().expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn what_came_through_a_pipe_is_not_written() {
    let folder = empty_folder("fix-stdin");
    let arguments = ["review", "-", "--fix", "--unsafe", "--yes"];
    let ran = kai(&folder, &arguments, Some(BLOCKED.as_bytes()));
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.contains("it came through a pipe and cannot be changed"), "{ran:?}");
}

#[test]
fn the_level_is_asked_of_what_is_left() {
    let folder = empty_folder("fix-level");
    write(&folder, "ledger.yaml", BLOCKED);
    let only_shown = ["review", "--fix", "--unsafe", "--dry-run", "--fail-on", "low"];
    assert_eq!(kai(&folder, &only_shown, None).code, Some(1));
    assert_eq!(fix(&folder, &["--fail-on", "low"]).code, Some(0));
}

#[test]
fn a_safe_fix_needs_no_second_word_and_restarts_nothing() {
    let folder = empty_folder("fix-safe");
    let forgets = BLOCKED.replacen("minAvailable: 3", "minAvailable: 2", 1);
    let forgets = forgets.replacen("  replicas: 3", "  replicas: 3\n  revisionHistoryLimit: 0", 1);
    write(&folder, "ledger.yaml", &forgets);
    let ran = kai(&folder, &["review", "--fix", "--yes"], None);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let kept = forgets.replacen("revisionHistoryLimit: 0", "revisionHistoryLimit: 3", 1);
    assert_eq!(read(&folder, "ledger.yaml"), kept);
}

#[test]
fn what_a_weakness_hid_comes_to_light_and_is_not_called_new() {
    let folder = empty_folder("fix-reveals");
    let (workload, _) = BLOCKED.split_once("---\n").expect("two documents");
    let service = "---\napiVersion: v1\nkind: Service\nmetadata: { name: ledger }\nspec:\n  type: \
                   LoadBalancer\n  selector: { app: ledger }\n  ports: [{ port: 80 }]\n";
    let alone = workload.replacen("replicas: 3", "replicas: 1", 1);
    write(&folder, "ledger.yaml", format!("{alone}{service}"));
    let ran = kai(&folder, &["review", "--fix", "--unsafe", "--dry-run"], None);
    assert!(ran.stderr.contains("new or worse: nothing"), "{ran:?}");
    let said = "kai: comes to light, and is next: Deployment/ledger:";
    assert!(ran.stderr.contains(said) && ran.stderr.contains("[drain-unbounded]"), "{ran:?}");
}
