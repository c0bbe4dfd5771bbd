//! `kai completions`.

use std::process::ExitCode;

use clap::CommandFactory as _;

use crate::command_line::{CommandLine, Completions};
use crate::error::Error;
use crate::terminal;

pub(crate) fn run(command: &Completions) -> Result<ExitCode, Error> {
    let mut script = Vec::new();
    clap_complete::generate(command.shell, &mut CommandLine::command(), "kai", &mut script);
    terminal::print(&String::from_utf8_lossy(&script))?;
    Ok(ExitCode::SUCCESS)
}
