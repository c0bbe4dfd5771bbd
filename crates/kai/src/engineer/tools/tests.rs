//! Files that are changed, with a user who says yes, no, or is not there.

use std::sync::Mutex;

use camino::{Utf8Path, Utf8PathBuf};
use kai_agent::model::Cancel;
use kai_agent::permit::{Mode, Policy};
use kai_agent::session::{Entry, line, read};
use kai_agent::verify::Shown;
use serde_json::{Map, Value, json};

use super::super::journal::{self, Journal};
use super::toolbox::{Question, Toolbox};
use super::{files, reach, search};
use crate::commands::mcp::Index;

fn arguments(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

/// A folder beside a file that is none of its business.
fn place() -> (tempfile::TempDir, Utf8PathBuf) {
    let place = tempfile::tempdir().expect("there is room");
    let folder = Utf8PathBuf::from_path_buf(place.path().join("repository")).expect("it is UTF-8");
    std::fs::create_dir_all(folder.join("deploy")).expect("there is room");
    std::fs::write(folder.join("deploy/web.yaml"), "replicas: 1\n").expect("there is room");
    std::fs::write(place.path().join("outside.txt"), "mine\n").expect("there is room");
    (place, folder)
}

fn with(
    folder: &Utf8Path,
    mode: Mode,
    answer: bool,
    work: impl FnOnce(&Toolbox<'_>),
) -> Vec<String> {
    let shown = Mutex::new(Vec::new());
    let approve = |it: &Question<'_>| {
        shown.lock().expect("nobody panicked").push(it.shown.to_owned());
        answer
    };
    let index = Index::open(folder).expect("it is a folder");
    let policy = Policy { mode, ..Policy::default() };
    let toolbox =
        Toolbox::open(&index, folder, policy, None, Some(&approve)).expect("it is a folder");
    work(&toolbox);
    shown.into_inner().expect("nobody panicked")
}

#[test]
fn a_file_changes_when_the_user_saw_the_difference_and_said_yes() {
    let (_place, folder) = place();
    let edit =
        arguments(json!({ "path": "deploy/web.yaml", "old": "replicas: 1", "new": "replicas: 3" }));
    let text = || std::fs::read_to_string(folder.join("deploy/web.yaml")).expect("it is there");
    let read = arguments(json!({ "path": "deploy/web.yaml" }));

    with(&folder, Mode::Ask, true, |tools| {
        assert!(files::edit(tools, &edit).is_err(), "it was not read");
    });
    let shown = with(&folder, Mode::Ask, false, |tools| {
        assert!(files::read(tools, &read).is_ok());
        assert!(files::edit(tools, &edit).is_err(), "the user said no");
    });
    assert!(shown[0].contains("-replicas: 1\n+replicas: 3"), "{shown:?}");
    let shown = with(&folder, Mode::Plan, true, |tools| {
        assert!(files::read(tools, &read).is_ok());
        assert!(files::edit(tools, &edit).is_err(), "the session only reads");
    });
    assert!(shown.is_empty() && text() == "replicas: 1\n");
    with(&folder, Mode::Ask, true, |tools| {
        assert!(files::read(tools, &read).is_ok());
        assert!(files::edit(tools, &edit).is_ok());
        let stand_in = arguments(json!({ "path": "new.yaml", "text": "password: ‹secret-1›" }));
        assert!(files::write(tools, &stand_in).is_err(), "a stand-in is no secret");
    });
    assert_eq!(text(), "replicas: 3\n");
}

#[test]
#[cfg(unix)]
fn no_link_leads_out() {
    let (place, folder) = place();
    std::os::unix::fs::symlink(place.path(), folder.join("up")).expect("there is room");
    std::os::unix::fs::symlink("../outside.txt", folder.join("link.txt")).expect("there is room");
    with(&folder, Mode::Ask, true, |tools| {
        for path in ["up/outside.txt", "link.txt", "deploy/../../outside.txt", "/etc/hostname"] {
            assert!(
                files::read(tools, &arguments(json!({ "path": path }))).is_err(),
                "{path} is read"
            );
        }
        let write =
            |path: &str| files::write(tools, &arguments(json!({ "path": path, "text": "x" })));
        for path in ["up/new.txt", "up/outside.txt", ".git/hooks/pre-commit", "../new.txt"] {
            assert!(write(path).is_err(), "{path} is written");
        }
        // In the place of a link comes a file; what it led to stays.
        let _ = write("link.txt");
    });
    assert_eq!(
        std::fs::read_to_string(place.path().join("outside.txt")).expect("it is there"),
        "mine\n"
    );
    assert!(!place.path().join("new.txt").exists());
}

#[test]
fn lines_that_are_found_are_evidence_and_secrets_are_not_looked_at() {
    let (_place, folder) = place();
    std::fs::write(folder.join("kubeconfig"), "replicas: 7\n").expect("there is room");
    with(&folder, Mode::Plan, false, |tools| {
        let pattern = arguments(json!({ "pattern": "replicas: \\d" }));
        let found = search::grep(tools, &pattern, &Cancel::new()).unwrap_or_default();
        let texts: Vec<&str> = found.evidence.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(texts, ["replicas: 1"]);
        let found = search::glob(tools, &arguments(json!({ "pattern": "**/*" })), &Cancel::new())
            .unwrap_or_default();
        assert_eq!(found.text, "deploy/web.yaml");
    });
}

#[test]
#[cfg(unix)]
fn no_link_leads_to_a_secret_or_to_what_runs_by_itself() {
    let (_place, folder) = place();
    std::fs::create_dir_all(folder.join(".git/hooks")).expect("there is room");
    std::fs::write(folder.join(".env"), "PORT=80\n").expect("there is room");
    for (target, link) in
        [(".env", "notes.txt"), (".git/hooks", "docs"), ("deploy/web.yaml", "web.yaml")]
    {
        std::os::unix::fs::symlink(target, folder.join(link)).expect("there is room");
    }
    with(&folder, Mode::Ask, true, |tools| {
        let read = |path: &str| files::read(tools, &arguments(json!({ "path": path })));
        assert!(read("web.yaml").is_ok(), "a link to what may be read may be read");
        let refused = read("notes.txt").err().unwrap_or_default();
        assert!(refused.contains("a link to what normally holds secrets"), "{refused}");
        let write = arguments(json!({ "path": "docs/pre-commit", "text": "x" }));
        assert!(files::write(tools, &write).is_err(), "a hook is written");
    });
    assert!(!folder.join(".git/hooks/pre-commit").exists());
}

#[test]
#[cfg(unix)]
fn commands_that_only_read_follow_no_link_to_a_secret_or_out() {
    let (place, folder) = place();
    std::fs::write(folder.join(".env"), "PORT=80\n").expect("there is room");
    std::fs::create_dir_all(folder.join("docs/deep")).expect("there is room");
    let link = |target: &str, at: &str| {
        std::os::unix::fs::symlink(target, folder.join(at)).expect("there is room");
    };
    link("../.env", "docs/link.yaml");
    link("../../../outside.txt", "docs/deep/out.yaml");
    link("deploy/web.yaml", "web.yaml");
    link(place.path().to_str().expect("it is UTF-8"), "up");
    let forbidden =
        |command: &str| reach::forbidden(&folder, command, &kai_guard::classify(command));
    for command in [
        "cat docs/link.yaml",
        "cat docs/*.yaml",
        "cat < docs/link.yaml",
        "cd docs && cat link.yaml",
        "head -n1 ./docs/link.yaml web.yaml",
        "grep x --file=docs/link.yaml web.yaml",
        "grep -fdocs/link.yaml web.yaml",
        "cat docs/deep/out.yaml",
        "find docs -name '*.yaml' -exec cat {} +",
        "find . -name '*.yaml' -print0 | xargs -0 cat",
        "diff -r docs deploy",
        "cat up/outside.txt",
        "cd up && cat outside.txt",
        "cd docs/deep; cat out.yaml",
        "cd nowhere; cat docs/link.yaml",
    ] {
        assert!(forbidden(command).is_some(), "{command}");
    }
    for command in [
        "cat web.yaml deploy/web.yaml",
        "cat deploy/*.yaml",
        "find deploy -name '*.yaml' -exec cat {} +",
        "grep -rn 'replicas.*' docs",
        "rg replicas -t yaml",
        "cd deploy && cat web.yaml",
        "ls",
    ] {
        assert_eq!(forbidden(command), None, "{command}");
    }
}

#[test]
fn what_may_have_come_across_a_secret_is_remembered() {
    let (_place, folder) = place();
    std::fs::create_dir_all(folder.join("deploy/secrets")).expect("there is room");
    let may_find = |command: &str| {
        let judgement = kai_guard::classify(command);
        judgement.reads_unnamed && reach::may_find_secrets(&folder, &judgement)
    };
    std::fs::write(folder.join(".env"), "PORT=80\n").expect("there is room");
    for command in ["grep -rn x deploy", "rg -t yaml x", "cat deploy/*.yaml"] {
        assert!(!may_find(command), "{command}");
    }
    std::fs::write(folder.join("deploy/secrets/db.yaml"), "a: 1\n").expect("there is room");
    for command in [
        "grep -rn x deploy",
        "rg -t yaml x",
        "find . -name '*.yaml' -exec cat {} +",
        "git diff -- deploy",
    ] {
        assert!(may_find(command), "{command}");
    }
    assert!(!may_find("cat deploy/web.yaml"));
}

#[test]
fn a_conversation_is_gone_on_with_by_one_at_a_time() {
    let (place, folder) = place();
    let state = Utf8Path::from_path(place.path()).expect("it is UTF-8").join("sessions");
    let first = Journal::begin(&state, &folder, "m").expect("there is room");
    let path = journal::file(&state, &first.id).expect("it is a name");
    let again = || Journal::go_on(&path, &[], &Shown::default()).map(|_| ());
    let refused = again().expect_err("it is written to").to_string();
    assert_eq!(refused, "another kai goes on with it");
    drop(first);
    again().expect("nobody writes to it");
}

/// Under whatever name, and however it is printed.
#[test]
#[cfg(unix)]
fn what_is_denied_is_not_read_by_another_way() {
    let (_place, folder) = place();
    std::fs::create_dir_all(folder.join("vendor")).expect("there is room");
    std::fs::write(folder.join("vendor/list.txt"), "replicas: 7\n").expect("there is room");
    std::os::unix::fs::symlink("../vendor/list.txt", folder.join("deploy/link.txt"))
        .expect("there is room");
    let index = Index::open(&folder).expect("it is a folder");
    for rule in ["Read(vendor/*)", "Read(vendor/list.txt)"] {
        let deny = vec![rule.parse().expect("it is a rule")];
        let policy = Policy { deny, ..Policy::default() };
        let tools = Toolbox::open(&index, &folder, policy, None, None).expect("it is a folder");
        for path in ["vendor/list.txt", "vendor/./list.txt", "vendor//list.txt", "deploy/link.txt"]
        {
            assert!(files::read(&tools, &arguments(json!({ "path": path }))).is_err(), "{path}");
        }
        let pattern = arguments(json!({ "pattern": "replicas" }));
        let found = search::grep(&tools, &pattern, &Cancel::new()).unwrap_or_default();
        assert_eq!(found.evidence.len(), 1, "{:?}", found.evidence);
    }
}

/// A tree may have a million files, none of which is looked for.
#[test]
fn a_search_that_is_stopped_looks_at_no_file_more() {
    let (_place, folder) = place();
    let stopped = Cancel::new();
    stopped.press();
    let found = |it: &str, cancel: &Cancel| {
        let pattern = arguments(json!({ "pattern": "replicas", "glob": it }));
        let files = arguments(json!({ "pattern": it }));
        let mut said = Vec::new();
        with(&folder, Mode::Ask, true, |tools| {
            said.push(search::grep(tools, &pattern, cancel).map(|it| it.evidence.len()));
            said.push(search::glob(tools, &files, cancel).map(|it| it.text.lines().count()));
        });
        said
    };
    let refused = Err("it was stopped".to_owned());
    for glob in ["**", "*.none"] {
        assert_eq!(found(glob, &stopped), [refused.clone(), refused.clone()], "{glob}");
    }
    assert_eq!(found("**", &Cancel::new()), [Ok(1), Ok(1)]);
}

#[test]
fn what_follows_a_line_that_broke_off_is_read() {
    let (place, _folder) = place();
    let path = Utf8PathBuf::from_path_buf(place.path().join("7-1.jsonl")).expect("it is UTF-8");
    let started = Entry::Started { root: "/r".to_owned(), model: "m".to_owned(), at: 7 };
    let whole = line(&started);
    std::fs::write(&path, format!("{whole}{}", &whole[..20])).expect("there is room");
    let mut journal = Journal::go_on(&path, &[], &Shown::default()).expect("nobody else does");
    journal.append(&started).expect("there is room");
    let (entries, problems) = read(&journal::text(&path).expect("it is a file"));
    assert_eq!((entries, problems.len()), (vec![started.clone(), started], 1));
}
