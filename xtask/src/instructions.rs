//! `cargo xtask instructions`: what the benchmark of failures executes, counted.
//!
//! A busy machine measures another time every day, but what draws from a fixed seed executes the same
//! instructions on each of them. `valgrind --tool=callgrind` counts those of every part of
//! `crates/kai-sim/benches/sweep` on one thread, and `instructions.txt` beside it is what they were.
//! Another compiler counts otherwise: `--record` writes the file anew.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::repository;

const PARTS: [&str; 6] =
    ["compile", "each_node", "each_zone", "each_workload", "each_pair_at_once", "each_load"];
const RECORD: &str = "crates/kai-sim/benches/sweep/instructions.txt";
/// So many hundredths more than recorded are a regression.
const TOLERANCE: u64 = 20;

pub(crate) fn run(is_recording: bool) -> Result<(), String> {
    let program = build()?;
    let counted = |part: &&'static str| Ok((*part, count(&program, part)?));
    let counts = PARTS.iter().map(counted).collect::<Result<Vec<_>, String>>()?;
    let path = repository().join(RECORD);
    if is_recording {
        let lines: String =
            counts.iter().map(|(part, count)| format!("{part} {count}\n")).collect();
        return fs::write(&path, lines).map_err(|it| format!("cannot write `{RECORD}`: {it}"));
    }
    let record = fs::read_to_string(&path).map_err(|it| format!("cannot read `{RECORD}`: {it}"))?;
    let (table, has_regressed) = compare(&counts, &record)?;
    print!("{table}");
    if has_regressed {
        return Err(format!("more than {TOLERANCE} % above `{RECORD}`"));
    }
    Ok(())
}

/// The benchmark, as it is optimised for a release.
fn build() -> Result<PathBuf, String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["bench", "--quiet", "--locked", "--package", "kai-sim", "--bench", "sweep"])
        .args(["--no-run", "--message-format", "json"])
        .current_dir(repository())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|it| format!("cargo cannot be started: {it}"))?;
    let messages = String::from_utf8_lossy(&output.stdout);
    let built = messages.lines().filter_map(|it| serde_json::from_str::<Value>(it).ok());
    let mut programs = built.filter(|it| it["target"]["name"] == "sweep");
    let program = programs.find_map(|it| it["executable"].as_str().map(PathBuf::from));
    program.ok_or_else(|| "the benchmark was not built".to_owned())
}

fn count(program: &Path, part: &str) -> Result<u64, String> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg("--toggle-collect=*sweep::counted*")
        .arg(program)
        .args(["--once", part])
        .output()
        .map_err(|it| format!("valgrind cannot be started: {it}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let number = said.lines().find_map(|it| it.split_once("Collected :")?.1.trim().parse().ok());
    number
        .filter(|it| output.status.success() && *it > 0)
        .ok_or_else(|| format!("nothing was counted for `{part}`:\n{said}"))
}

/// A line for each part, and whether one of them is too far above what was recorded.
fn compare(counts: &[(&str, u64)], record: &str) -> Result<(String, bool), String> {
    let mut table = format!("{:<20} {:>13} {:>13}\n", "part", "recorded", "counted");
    let mut has_regressed = false;
    for &(part, counted) in counts {
        let mut lines = record.lines().filter_map(|it| it.split_once(' '));
        let recorded = lines.find(|(name, _)| *name == part).and_then(|(_, it)| it.parse().ok());
        let recorded: u64 = recorded.ok_or_else(|| format!("`{RECORD}` has no `{part}`"))?;
        let is_worse = counted * 100 > recorded * (100 + TOLERANCE);
        has_regressed |= is_worse;
        let remark = if is_worse { "  regression" } else { "" };
        writeln!(table, "{part:<20} {recorded:>13} {counted:>13}{remark}")
            .map_err(|it| it.to_string())?;
    }
    Ok((table, has_regressed))
}

#[cfg(test)]
mod tests {
    use super::compare;

    #[track_caller]
    fn check(counted: u64, expected: bool) {
        let (table, has_regressed) =
            compare(&[("each_zone", counted)], "each_zone 1000\n").expect("the part is recorded");
        assert_eq!((has_regressed, table.contains("regression")), (expected, expected), "{table}");
    }

    #[test]
    fn a_fifth_more_than_recorded_is_borne() {
        check(1200, false);
    }

    #[test]
    fn more_than_that_is_a_regression() {
        check(1201, true);
    }

    #[test]
    fn a_part_that_was_never_recorded_is_said() {
        let message = compare(&[("each_zone", 1)], "compile 1000\n").err();
        assert!(message.is_some_and(|it| it.contains("`each_zone`")));
    }
}
