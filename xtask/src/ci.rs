//! Every check, in the order in which they are cheapest to fail.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::{corpora, repository, shared};

/// Arguments of `cargo`; the name of a stage is its first word and what it is about.
const STAGES: &[(&str, &[&str])] = &[
    ("format", &["fmt", "--all", "--check"]),
    ("clippy", &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]),
    ("build tests", &["test", "--workspace", "--locked", "--no-run"]),
    ("test", &["test", "--workspace", "--locked"]),
    ("documentation", &["doc", "--workspace", "--no-deps", "--locked"]),
    ("release build", &["build", "--workspace", "--release", "--locked"]),
];

/// Runs all stages, stops at the first that fails, and prints what each took.
pub(crate) fn run() -> Result<(), String> {
    let mut times = Vec::new();
    let result = STAGES
        .iter()
        .try_for_each(|(name, arguments)| timed(name, &mut times, || cargo(arguments)))
        .and_then(|()| timed("corpora", &mut times, corpora::run));
    println!("\nstage            seconds");
    for (name, time) in &times {
        println!("{name:<16} {:>7.1}", time.as_secs_f64());
    }
    let total: Duration = times.iter().map(|(_, time)| *time).sum();
    println!("{:<16} {:>7.1}", "all", total.as_secs_f64());
    result
}

fn timed(
    name: &'static str,
    times: &mut Vec<(&'static str, Duration)>,
    stage: impl FnOnce() -> Result<(), String>,
) -> Result<(), String> {
    println!("\n== {name}");
    let start = Instant::now();
    let result = stage();
    times.push((name, start.elapsed()));
    result.map_err(|message| format!("{name}: {message}"))
}

fn cargo(arguments: &[&str]) -> Result<(), String> {
    let program = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = Command::new(program);
    command.args(arguments).current_dir(repository()).env("RUSTDOCFLAGS", "-D warnings");
    if shared().is_some() {
        command.env("KAI_REQUIRE_DATA", "1");
    }
    let status = command.status().map_err(|it| format!("cannot start cargo: {it}"))?;
    if status.success() { Ok(()) } else { Err(format!("cargo {} failed", arguments.join(" "))) }
}
