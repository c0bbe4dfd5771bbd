//! The whole binary, as a user meets it.
//!
//! `*.md` beside this file are transcripts: prose, files in fences named `yaml file=PATH`, and
//! `console` fences with `$ kai …`, its output, and `? CODE` where the exit code is not 0. Bless them
//! with `UPDATE_EXPECT=1`. What cannot be written as text (links, broken bytes) is made in Rust.

#![expect(clippy::disallowed_methods, reason = "a process test starts programs and makes files")]

mod agents;
mod authorities;
mod bad_input;
mod breaks;
mod diff;
mod documents;
mod engineer;
mod fix;
#[cfg(unix)]
mod hook_line;
mod output;
mod run;
mod transcript;
mod vendor;

use std::path::Path;

use transcript::check;

fn transcripts() -> Vec<std::path::PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli");
    let files = std::fs::read_dir(folder).expect("the folder of this file is there");
    let mut paths: Vec<_> = files.filter_map(|it| it.ok().map(|it| it.path())).collect();
    paths.retain(|it| it.extension().is_some_and(|it| it == "md"));
    paths.sort();
    paths
}

#[test]
fn transcripts_are_what_the_binary_prints() {
    let wrong: Vec<String> = transcripts().iter().filter_map(|path| check(path)).collect();
    assert!(wrong.is_empty(), "bless with UPDATE_EXPECT=1 after reading:\n{}", wrong.join("\n"));
}
