//! Chores of the workspace. Nothing of this crate ships.
//!
//! `cargo xtask ci` is the one door for every machine that checks a change, `cargo xtask new-rule`
//! writes the two files and the two lines of a rule, and the tests of `tidy` hold what no compiler
//! checks.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a chore reads files, starts programs, measures time and prints"
)]

mod ci;
mod corpora;
mod dist;
mod dump;
mod fixes;
mod instructions;
mod new_rule;
#[cfg(test)]
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask ci                       every check, stage by stage, each timed
cargo xtask corpora                  the release binary over the pinned repositories
cargo xtask dist                     a release in target/dist: static binary, archive, sums
cargo xtask dump <nodes> <pods>      what kubectl would print of a drawn cluster, to stdout
cargo xtask fixes <folder>           all fixes made to the repositories in a folder, in memory
cargo xtask instructions [--record]  what the benchmark of failures executes, against what is recorded
cargo xtask new-rule <pack> <id>     the two files and the two lines of a rule";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        ["ci"] => ci::run(),
        ["corpora"] => corpora::run(),
        ["dist"] => dist::run(),
        ["dump", nodes, pods] => dump::run(nodes, pods),
        ["fixes", folder] => fixes::run(folder),
        ["instructions"] => instructions::run(false),
        ["instructions", "--record"] => instructions::run(true),
        ["new-rule", pack, id] => new_rule::write(pack, id),
        _ => Err(format!("what shall I do?\n{USAGE}")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}

/// The root of the repository.
fn repository() -> PathBuf {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    crate_folder.parent().unwrap_or(crate_folder).to_owned()
}

/// Data that several repositories share, if it lies beside this one.
fn shared() -> Option<PathBuf> {
    let shared = repository().parent()?.join("shared");
    shared.join("corpus").is_dir().then_some(shared)
}
