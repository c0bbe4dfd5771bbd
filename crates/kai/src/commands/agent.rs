//! `kai agent`.

use std::process::ExitCode;

use camino::{Utf8Path, Utf8PathBuf};
use ignore::WalkBuilder;
use kai_agent::lint::{kind, lint};
use kai_report::terminal::clean;

use crate::command_line::Agent;
use crate::error::Error;
use crate::terminal;

pub(crate) fn run(command: &Agent) -> Result<ExitCode, Error> {
    let Agent::Lint(command) = command;
    let mut count = 0;
    for path in &command.paths {
        let failed = |source| Error::OpenPath { path: path.clone(), source };
        let is_folder = std::fs::metadata(path).map_err(failed)?.is_dir();
        let files = if is_folder { files_below(path) } else { vec![path.clone()] };
        for file in files {
            let bytes = std::fs::read(&file)
                .map_err(|source| Error::OpenPath { path: file.clone(), source })?;
            let text = String::from_utf8_lossy(&bytes);
            if is_folder && kind(&file, &text).is_none() {
                continue;
            }
            for problem in lint(&file, &text) {
                count += 1;
                terminal::print(&format!(
                    "{file}:{}: {}\n",
                    problem.line,
                    clean(&problem.message)
                ))?;
            }
        }
    }
    Ok(if count == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Files below a folder in their order, hidden ones too: agents keep theirs there.
fn files_below(folder: &Utf8Path) -> Vec<Utf8PathBuf> {
    let entries = WalkBuilder::new(folder).hidden(false).build().flatten();
    let files = entries.filter(|it| it.file_type().is_some_and(|it| it.is_file()));
    let mut files: Vec<Utf8PathBuf> =
        files.filter_map(|it| Utf8PathBuf::from_path_buf(it.into_path()).ok()).collect();
    files.retain(|it| matches!(it.extension(), Some("md" | "mdc" | "json")));
    files.sort();
    files
}
