//! A hook asks the server that runs for its folder, and is never kept waiting by it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::agents::Served;
use crate::run::{kai_with, repository};

const OF_SERVER: &str = "Told by the `kai mcp` that runs here.";
const OF_FILES: &str = "Told by the files, which were read for this.";

fn system() -> PathBuf {
    repository().join("examples/payments")
}

/// What the hook says, given so many milliseconds.
#[track_caller]
fn reason(runtime: &Path, within: &str) -> String {
    reason_of("kubectl -n payments delete deploy/checkout", runtime, within)
}

#[track_caller]
fn reason_of(command: &str, runtime: &Path, within: &str) -> String {
    let folder = system();
    let root = folder.to_str().expect("it is UTF-8");
    let request = json!({ "tool_input": { "command": command }, "cwd": root }).to_string();
    let runtime = runtime.to_str().expect("it is UTF-8");
    let variables = [("KAI_CACHE", ""), ("XDG_RUNTIME_DIR", runtime)];
    let arguments = ["hook", "pretooluse", "--within", within, "--root", root];
    let ran = kai_with(&folder, &arguments, Some(request.as_bytes()), &variables);
    let answer: Value = serde_json::from_str(&ran.stdout).expect("the answer is JSON");
    let reason = &answer["hookSpecificOutput"]["permissionDecisionReason"];
    reason.as_str().expect("it gives a reason").to_owned()
}

/// A runtime folder, and the one socket in it once a server has run.
fn runtime() -> TempDir {
    TempDir::new().expect("the temporary folder can be written")
}

fn sockets(runtime: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(runtime.join("kai")).into_iter().flatten();
    files.map(|it| it.expect("it can be listed").path()).collect()
}

#[test]
fn the_server_of_the_folder_answers_while_it_runs() {
    let runtime = runtime();
    let served = Served::start_with(&system(), Some(runtime.path()));
    let [socket] = &sockets(runtime.path())[..] else { panic!("there is one socket") };
    assert_eq!(fs::metadata(socket).unwrap().permissions().mode() & 0o777, 0o600);
    let of_server = reason(runtime.path(), "60000");
    served.stop();
    assert_eq!(sockets(runtime.path()), [] as [PathBuf; 0]);
    let of_files = reason(runtime.path(), "60000");
    assert!(of_server.contains("pay.example"), "{of_server}");
    let both = [of_server.strip_suffix(OF_SERVER), of_files.strip_suffix(OF_FILES)];
    assert!(both[0].is_some() && both[0] == both[1], "{both:?}");
}

#[test]
fn a_socket_that_nobody_serves_is_passed_over_and_replaced() {
    let runtime = runtime();
    Served::start_with(&system(), Some(runtime.path())).kill();
    let left = sockets(runtime.path());
    assert_eq!(left.len(), 1);
    assert!(reason(runtime.path(), "60000").ends_with(OF_FILES));
    let served = Served::start_with(&system(), Some(runtime.path()));
    assert_eq!(sockets(runtime.path()), left);
    assert!(reason(runtime.path(), "60000").ends_with(OF_SERVER));
    served.stop();
}

#[test]
fn a_server_that_hangs_leaves_time_for_the_files() {
    let runtime = runtime();
    Served::start_with(&system(), Some(runtime.path())).kill();
    let socket = sockets(runtime.path()).pop().expect("there is one socket");
    fs::remove_file(&socket).unwrap();
    let _silent = UnixListener::bind(&socket).unwrap();
    assert!(reason(runtime.path(), "10000").ends_with(OF_FILES));
}

#[test]
fn a_folder_that_others_may_enter_is_not_trusted() {
    let runtime = runtime();
    let folder = runtime.path().join("kai");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    let served = Served::start_with(&system(), Some(runtime.path()));
    assert_eq!(sockets(runtime.path()), [] as [PathBuf; 0]);
    assert!(reason(runtime.path(), "60000").ends_with(OF_FILES));
    served.stop();
}

#[test]
fn a_decision_comes_in_time_whatever_the_command_is() {
    let runtime = runtime();
    let long = format!("kubectl delete ns shop; {}", "ls;".repeat(20_000));
    assert!(
        reason_of(&long, runtime.path(), "1").ends_with("its text takes longer than 1 ms to read.")
    );
    let brackets = format!("kube\"ctl\" delete ns shop {}", "(".repeat(1000));
    let said = reason_of(&brackets, runtime.path(), "60000");
    assert!(said.contains("more than 400 brackets"), "{said}");
    let said = reason_of("kubectl -n payments delete deploy/checkout", runtime.path(), "0");
    assert!(said.ends_with(" 0 ms to read."), "{said}");
}

#[test]
fn what_changes_nothing_is_told_without_the_files() {
    let runtime = runtime();
    for (command, why) in [
        ("terraform plan", "may print secrets of the state."),
        ("docker ps", "asks a socket that may do anything on this machine."),
        ("kustomize build prod", "fetches what the kustomization names on other hosts."),
    ] {
        let said = reason_of(command, runtime.path(), "60000");
        assert!(said.ends_with(why), "{said}");
    }
}
