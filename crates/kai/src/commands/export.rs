//! `kai export`.

use std::io;
use std::process::ExitCode;

use camino::Utf8PathBuf;
use kai_agent::export::{Bundle, files};

use crate::command_line::{self, Export};
use crate::error::Error;
use crate::{output, terminal};

pub(crate) fn run(command: &Export) -> Result<ExitCode, Error> {
    let bundle = match command.bundle {
        command_line::Bundle::ClaudePlugin => Bundle::ClaudePlugin,
        command_line::Bundle::ClaudeAgent => Bundle::ClaudeAgent,
        command_line::Bundle::Cursor => Bundle::Cursor,
        command_line::Bundle::Codex => Bundle::Codex,
        command_line::Bundle::AgentsMd => Bundle::AgentsMd,
    };
    let mut missing = Vec::new();
    let mut different: Vec<Utf8PathBuf> = Vec::new();
    for file in files(bundle, env!("CARGO_PKG_VERSION")) {
        let path = command.folder.join(&file.path);
        match std::fs::read(&path) {
            Ok(bytes) if bytes == file.text.as_bytes() => {}
            Ok(_) => {
                different.push(path.clone());
                missing.push((path, file.text));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                missing.push((path, file.text));
            }
            Err(source) => return Err(Error::OpenPath { path, source }),
        }
    }
    if !different.is_empty() && !command.force {
        let paths: Vec<String> = different.iter().map(|it| format!("`{it}`")).collect();
        return Err(Error::Differs { paths: paths.join(", ") });
    }
    for (path, text) in &missing {
        let failed = |source| Error::WriteFile { path: path.clone(), source };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        output::write(path, text)?;
        terminal::note(&format!("kai: wrote `{path}`"));
    }
    if missing.is_empty() {
        terminal::note("kai: every file is there already");
    }
    Ok(ExitCode::SUCCESS)
}
