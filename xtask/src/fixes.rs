//! Fixes made to whole repositories, in memory.

use std::process::Command;

use crate::repository;

/// Runs the test that composes every root of the repositories in a folder before and after all fixes.
pub(crate) fn run(folder: &str) -> Result<(), String> {
    let folder = std::fs::canonicalize(folder).map_err(|it| format!("`{folder}`: {it}"))?;
    let status = Command::new("cargo")
        .args(["test", "--quiet", "--package", "kai-assess", "--test", "assessment", "fixes::"])
        .env("KAI_CORPUS_DATA", folder)
        .env("KAI_REQUIRE_DATA", "1")
        .current_dir(repository())
        .status()
        .map_err(|it| format!("cargo cannot be started: {it}"))?;
    if status.success() { Ok(()) } else { Err("a fix does more than it should".to_owned()) }
}
