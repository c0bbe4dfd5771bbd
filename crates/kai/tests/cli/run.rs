//! Starts the binary.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: Option<i32>,
}

/// Runs `kai` in a folder, without anything of the environment that changes its output.
pub(crate) fn kai(folder: &Path, arguments: &[&str], stdin: Option<&[u8]>) -> Ran {
    kai_with(folder, arguments, stdin, &[("KAI_CACHE", "")])
}

/// The same with variables of the environment.
pub(crate) fn kai_with(
    folder: &Path,
    arguments: &[&str],
    stdin: Option<&[u8]>,
    variables: &[(&str, &str)],
) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kai"));
    command.args(arguments).current_dir(folder);
    for variable in ["COLUMNS", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "XDG_RUNTIME_DIR"] {
        command.env_remove(variable);
    }
    command.envs(variables.iter().copied());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary was built with this test");
    let mut pipe = child.stdin.take().expect("standard input is a pipe");
    // The binary need not read what it did not ask for.
    let _ = pipe.write_all(stdin.unwrap_or_default());
    drop(pipe);
    let output = child.wait_with_output().expect("the binary ends");
    Ran {
        stdout: String::from_utf8(output.stdout).expect("output is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("messages are UTF-8"),
        code: output.status.code(),
    }
}

/// The root of this repository.
pub(crate) fn repository() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    folder.expect("the crate lies in `crates/kai`").to_owned()
}

/// A folder of its own for a test, empty.
pub(crate) fn empty_folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the target folder can be written");
    folder
}

/// Writes a file and the folders above it.
pub(crate) fn write(folder: &Path, path: &str, bytes: impl AsRef<[u8]>) {
    let path = folder.join(path);
    let parent = path.parent().expect("a file lies in a folder");
    std::fs::create_dir_all(parent).expect("the target folder can be written");
    std::fs::write(path, bytes).expect("the target folder can be written");
}
