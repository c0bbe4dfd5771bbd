//! What goes where, and in which form.

use std::process::{Command, Stdio};

use serde_json::Value;

use crate::run::{empty_folder, kai, repository, write};

/// A finding that needs no other object.
const AT_RISK: &str = "\
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

#[test]
fn the_exit_code_tells_whether_something_is_at_or_above_the_level() {
    let folder = empty_folder("levels");
    write(&folder, "ledger.yaml", AT_RISK);
    let code = |level: &str| kai(&folder, &["review", "--fail-on", level], None).code;
    assert_eq!(code("never"), Some(0));
    assert_eq!(code("low"), Some(1));
    assert_eq!(code("critical"), Some(0));
    assert_eq!(kai(&folder, &["review"], None).code, Some(0));
}

#[test]
fn json_of_the_example_is_one_valid_document_and_the_same_every_time() {
    let arguments = ["review", "examples/payments", "--format", "json"];
    let first = kai(&repository(), &arguments, None);
    assert_eq!(first.stderr, "");
    let review: Value = serde_json::from_str(&first.stdout).expect("it is JSON");
    assert_eq!(review["schema"], "kai.review/v1");
    assert_eq!(review["failures"], Value::Array(Vec::new()));
    let second = kai(&repository(), &arguments, None);
    assert_eq!(first.stdout, second.stdout);
}

#[test]
fn every_format_is_the_same_every_time() {
    for format in ["text", "json", "sarif", "junit", "github", "gitlab", "markdown"] {
        let arguments = ["review", "examples/payments", "--format", format];
        let first = kai(&repository(), &arguments, None);
        assert_eq!((first.code, first.stderr.as_str()), (Some(0), ""), "{format}");
        assert!(!first.stdout.is_empty(), "{format}");
        assert_eq!(first.stdout, kai(&repository(), &arguments, None).stdout, "{format}");
    }
}

#[test]
fn a_file_is_what_standard_output_would_be_and_nothing_lies_beside_it() {
    let folder = empty_folder("output");
    write(&folder, "ledger.yaml", AT_RISK);
    write(&folder, "out/review.sarif", "an older review");
    let printed = kai(&folder, &["review", "--format", "sarif"], None).stdout;
    let written =
        kai(&folder, &["review", "--format", "sarif", "--output", "out/review.sarif"], None);
    assert_eq!((written.code, written.stdout.as_str()), (Some(0), ""));
    let text = std::fs::read_to_string(folder.join("out/review.sarif")).expect("it was written");
    assert_eq!(text, printed);
    let files = std::fs::read_dir(folder.join("out")).expect("the folder is there").count();
    assert_eq!(files, 1, "a file for the time of writing was left behind");
}

#[test]
fn a_finding_keeps_its_id_when_lines_move_and_whatever_the_folder_is_called() {
    let one = empty_folder("ids-one");
    let other = empty_folder("ids-other");
    write(&one, "ledger.yaml", AT_RISK);
    write(&other, "ledger.yaml", format!("# A line more.\n\n{AT_RISK}"));
    let ids = |folder| {
        let ran = kai(folder, &["review", "--format", "json"], None);
        let review: Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
        let findings = review["findings"].as_array().cloned().unwrap_or_default();
        findings.iter().map(|it| it["id"].clone()).collect::<Vec<_>>()
    };
    assert!(!ids(&one).is_empty());
    assert_eq!(ids(&one), ids(&other));
}

#[test]
fn a_dump_on_standard_input_is_reviewed_like_a_file() {
    let folder = empty_folder("stdin");
    let ran = kai(&folder, &["review", "-"], Some(AT_RISK.as_bytes()));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.contains("-:15"), "{}", ran.stdout);
}

#[test]
fn several_dumps_one_after_the_other_are_one_system() {
    let folder = empty_folder("dumps");
    let deployment = r#"{"apiVersion": "v1", "kind": "List", "items": [
        {"apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "ledger", "uid": "1"},
        "spec": {"replicas": 3, "selector": {"matchLabels": {"app": "ledger"}},
        "template": {"metadata": {"labels": {"app": "ledger"}},
        "spec": {"containers": [{"name": "ledger", "image": "registry.example/ledger:1.4"}]}}}}]}"#;
    let budget = r#"{"apiVersion": "policy/v1", "kind": "PodDisruptionBudget",
        "metadata": {"name": "ledger", "uid": "2"},
        "spec": {"minAvailable": 3, "selector": {"matchLabels": {"app": "ledger"}}}}"#;
    for between in ["", "\n", "\n---\n"] {
        let dumps = format!("{deployment}{between}{budget}");
        let page = kai(&folder, &["review", "-"], Some(dumps.as_bytes())).stdout;
        assert!(page.contains("its budget lets no pod go"), "between `{between}`:\n{page}");
    }
}

#[test]
fn several_paths_are_one_system() {
    let folder = empty_folder("several");
    let (workload, budget) = AT_RISK.split_once("---\n").expect("two documents");
    write(&folder, "apps/ledger.yaml", workload);
    write(&folder, "platform/budget.yaml", budget);
    let ran = kai(&folder, &["review", "apps", "platform"], None);
    assert!(ran.stdout.contains("platform/budget.yaml:5"), "{}", ran.stdout);
}

#[test]
fn nobody_sees_colour_unless_it_is_asked_for() {
    let folder = empty_folder("colour");
    write(&folder, "ledger.yaml", AT_RISK);
    let plain = kai(&folder, &["review"], None).stdout;
    assert!(!plain.contains('\u{1b}'));
    let colored = kai(&folder, &["review", "--color", "always"], None).stdout;
    assert!(colored.contains('\u{1b}'));
}

#[cfg(unix)]
#[test]
fn a_reader_that_hangs_up_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kai"))
        .args(["review", "examples/payments", "--format", "sarif", "--fail-on", "high"])
        .current_dir(repository())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary was built with this test");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the binary ends");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(1), "what the review found does not depend on readers");
}

#[test]
fn a_wrong_command_line_is_told_apart() {
    let folder = empty_folder("usage");
    for arguments in [&["reveiw"][..], &["review", "--fail-on", "bad"], &[], &["review", "-", "-"]]
    {
        assert_eq!(kai(&folder, arguments, None).code, Some(2), "{arguments:?}");
    }
    assert_eq!(kai(&folder, &["--help"], None).code, Some(0));
    assert_eq!(kai(&folder, &["--version"], None).code, Some(0));
}

#[test]
fn an_overlay_that_is_reviewed_alone_has_the_base_above_it() {
    let folder = empty_folder("overlay-alone");
    write(&folder, "repository/.git/HEAD", "ref: refs/heads/main\n");
    write(&folder, "repository/base/kustomization.yaml", "resources: [ledger.yaml]\n");
    write(&folder, "repository/base/ledger.yaml", AT_RISK);
    write(&folder, "repository/base/beside.yaml", AT_RISK.replace("ledger", "beside"));
    let overlay = "resources: [../../base]\nnamespace: shop\n";
    write(&folder, "repository/overlays/live/kustomization.yaml", overlay);
    let page = kai(&folder, &["review", "repository/overlays/live"], None).stdout;
    assert!(page.contains("Deployment/ledger") && page.contains("base/ledger.yaml:"), "{page}");
    assert!(!page.contains("beside"), "nobody names it:\n{page}");
}

#[test]
fn overlays_of_one_repository_have_the_base_above_them() {
    let folder = empty_folder("overlays-together");
    write(&folder, "repository/.git/HEAD", "ref: refs/heads/main\n");
    write(&folder, "repository/base/kustomization.yaml", "resources: [ledger.yaml]\n");
    write(&folder, "repository/base/ledger.yaml", AT_RISK);
    write(&folder, "repository/base/beside.yaml", AT_RISK.replace("ledger", "beside"));
    for place in ["live", "spare"] {
        let overlay = format!("resources: [../../base]\nnamespace: {place}\n");
        write(&folder, &format!("repository/overlays/{place}/kustomization.yaml"), overlay);
    }
    let arguments = ["review", "repository/overlays/live", "repository/overlays/spare", "--all"];
    let page = kai(&folder, &arguments, None).stdout;
    assert!(page.contains("Deployment/ledger"), "{page}");
    assert!(page.contains(" repository/base/ledger.yaml:"), "a path that opens:\n{page}");
    assert!(page.contains("applied as 2 roots"), "{page}");
    assert!(!page.contains("beside"), "nobody names it:\n{page}");
}

#[test]
fn overlays_of_two_repositories_have_each_its_own_base() {
    let folder = empty_folder("two-repositories");
    for (place, name) in [("one", "ledger"), ("two", "orders")] {
        write(&folder, &format!("{place}/.git/HEAD"), "ref: refs/heads/main\n");
        write(&folder, &format!("{place}/base/kustomization.yaml"), "resources: [app.yaml]\n");
        write(&folder, &format!("{place}/base/app.yaml"), AT_RISK.replace("ledger", name));
        let overlay = "resources: [../base]\n";
        write(&folder, &format!("{place}/live/kustomization.yaml"), overlay);
    }
    write(&folder, "two/live/kustomization.yaml", "resources: [../base, ../../secret]\n");
    write(&folder, "secret/kustomization.yaml", "resources: [app.yaml]\n");
    write(&folder, "secret/app.yaml", AT_RISK.replace("ledger", "hidden"));
    let page = kai(&folder, &["review", "one/live", "two/live", "--all"], None).stdout;
    for expected in ["Deployment/ledger", "Deployment/orders", "one/base/app.yaml:"] {
        assert!(page.contains(expected), "no `{expected}` in:\n{page}");
    }
    assert!(!page.contains("Deployment/hidden"), "it lies in neither repository:\n{page}");
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_repository_is_not_followed_from_several_folders_either() {
    let folder = empty_folder("links-from-several");
    write(&folder, "secret/kustomization.yaml", "resources: [app.yaml]\n");
    write(&folder, "secret/app.yaml", AT_RISK.replace("ledger", "hidden"));
    write(&folder, "repository/.git/HEAD", "ref: refs/heads/main\n");
    let out = folder.join("repository/base");
    std::os::unix::fs::symlink("../secret", out).expect("can link");
    for place in ["live", "spare"] {
        let path = format!("repository/{place}/kustomization.yaml");
        write(&folder, &path, "resources: [../base]\n");
    }
    let page = kai(&folder, &["review", "repository/live", "repository/spare"], None).stdout;
    assert!(!page.contains("hidden"), "{page}");
}

#[test]
fn a_folder_and_a_file_beside_it_keep_their_names() {
    let folder = empty_folder("folder-and-file");
    let (workload, budget) = AT_RISK.split_once("---\n").expect("two documents");
    write(&folder, "apps/all.yaml", workload);
    write(&folder, "all.yaml", budget);
    let page = kai(&folder, &["review", "all.yaml", "apps"], None).stdout;
    assert!(page.contains(" all.yaml:5"), "{page}");
    assert!(page.contains("Deployment/ledger"), "{page}");
}

#[test]
fn what_lies_above_the_repository_is_not_read() {
    let folder = empty_folder("above-the-repository");
    write(&folder, "base/kustomization.yaml", "resources: [ledger.yaml]\n");
    write(&folder, "base/ledger.yaml", AT_RISK);
    write(&folder, "repository/.git/HEAD", "ref: refs/heads/main\n");
    let overlay = "resources: [../../base]\n";
    write(&folder, "repository/live/kustomization.yaml", overlay);
    let page = kai(&folder, &["review", "repository/live", "--all"], None).stdout;
    assert!(page.contains("1 file named and not here"), "{page}");
    assert!(!page.contains("ledger"), "{page}");
}

#[test]
fn timings_tell_every_part_and_rule_on_standard_error_and_change_nothing_else() {
    let plain = kai(&repository(), &["review", "examples/payments"], None);
    let timed = kai(&repository(), &["review", "examples/payments", "--timings"], None);
    assert_eq!(timed.stdout, plain.stdout);
    let names =
        timed.stderr.lines().filter(|it| it.contains(" % ")).filter_map(|it| it.split("  ").last());
    let names: Vec<&str> = names.collect();
    let parts = [
        "list",
        "read and parse",
        "find roots",
        "compose",
        "lower",
        "link",
        "rules",
        "solid points",
        "rank",
        "report",
    ];
    assert_eq!(names[..parts.len()], parts);
    assert!(names[parts.len()..].contains(&"lone-replica"), "{}", timed.stderr);
}

#[test]
fn the_page_for_a_browser_is_one_file_and_the_same_every_time() {
    let folder = empty_folder("html");
    write(&folder, "ledger.yaml", AT_RISK);
    write(&folder, "review.html", "what was there before");
    let arguments = ["review", "--format", "html", "--output", "review.html", "ledger.yaml"];
    let page = || {
        let ran = kai(&folder, &arguments, None);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{ran:?}");
        std::fs::read_to_string(folder.join("review.html")).expect("the page was written")
    };
    let first = page();
    assert!(first.starts_with("<!DOCTYPE html>") && first.ends_with("</html>"), "{first}");
    assert!(first.contains("ledger.yaml:15"), "{first}");
    assert_eq!(first, page());
    let files = std::fs::read_dir(&folder).expect("the folder is there").count();
    assert_eq!(files, 2, "nothing else is left behind");
}

#[test]
fn the_first_settings_change_no_finding() {
    let folder = empty_folder("init");
    let example = repository().join("examples/payments");
    for path in kai_testing::files_with(&example, &["yaml"]) {
        let inside = path.strip_prefix(&example).expect("it is below the folder");
        let text = std::fs::read(&path).expect("the example can be read");
        write(&folder, inside.to_str().expect("its name is UTF-8"), text);
    }
    let findings = || -> serde_json::Value {
        let json = kai(&folder, &["review", "--format", "json"], None).stdout;
        let review: serde_json::Value = serde_json::from_str(&json).expect("this is JSON");
        let all = review["findings"].as_array().expect("there are findings").iter();
        let told =
            |it: &serde_json::Value| [&it["id"], &it["level"], &it["rank"]].map(Clone::clone);
        all.map(|it| serde_json::json!(told(it))).collect()
    };
    let before = findings();
    let ran = kai(&folder, &["init"], None);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{ran:?}");
    assert_eq!(findings(), before);
    let again = kai(&folder, &["init"], None);
    assert_eq!(again.code, Some(2), "{again:?}");
    assert!(again.stderr.contains("--force replaces it"), "{again:?}");
}

#[test]
fn the_help_of_every_command_fits_a_screen() {
    let all = kai(&repository(), &["--help"], None).stdout;
    assert!((24..=40).contains(&all.lines().count()), "{} lines:\n{all}", all.lines().count());
    let commands: Vec<&str> = all
        .lines()
        .skip_while(|it| *it != "Commands:")
        .skip(1)
        .map_while(|it| it.strip_prefix("  "))
        .filter_map(|it| it.split_whitespace().next())
        .collect();
    assert!(commands.len() > 8, "{commands:?}");
    for command in commands {
        let short = kai(&repository(), &[command, "-h"], None).stdout;
        assert!(short.lines().count() <= 45, "{} lines:\n{short}", short.lines().count());
        let help = kai(&repository(), &[command, "--help"], None).stdout;
        for line in help.lines().chain(short.lines()).chain(all.lines()) {
            assert!(line.chars().count() <= 100, "{line}");
        }
    }
}

#[test]
fn every_shell_gets_completions_and_every_command_a_manual_page() {
    let folder = empty_folder("manual");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = kai(&folder, &["completions", shell], None);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert!(ran.stdout.contains("fail-on"), "{shell}: {}", ran.stdout);
    }
    assert!(kai(&folder, &["man"], None).stdout.contains(".TH kai 1"));
    assert_eq!(kai(&folder, &["man", "pages"], None).code, Some(0));
    let review = std::fs::read_to_string(folder.join("pages/kai-review.1"));
    assert!(review.expect("the page was written").contains("fail"));
}
