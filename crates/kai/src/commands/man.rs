//! `kai man`.

use std::process::ExitCode;

use camino::Utf8Path;
use clap::CommandFactory as _;

use crate::command_line::{CommandLine, Man};
use crate::error::Error;
use crate::{output, terminal};

pub(crate) fn run(command: &Man) -> Result<ExitCode, Error> {
    let mut kai = CommandLine::command().disable_help_subcommand(true);
    // Commands learn here that they are called `kai review`.
    kai.build();
    match &command.folder {
        Some(folder) => write(&kai, folder)?,
        None => terminal::print(&page(&kai))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn write(kai: &clap::Command, folder: &Utf8Path) -> Result<(), Error> {
    let failed = |source| Error::WriteFile { path: folder.to_owned(), source };
    std::fs::create_dir_all(folder).map_err(failed)?;
    for command in std::iter::once(kai).chain(kai.get_subcommands()) {
        let name = command.get_display_name().unwrap_or_else(|| command.get_name());
        output::write(&folder.join(format!("{name}.1")), &page(command))?;
    }
    Ok(())
}

fn page(command: &clap::Command) -> String {
    let mut page = Vec::new();
    let written = clap_mangen::Man::new(command.clone()).render(&mut page);
    assert!(written.is_ok(), "memory takes every page");
    String::from_utf8_lossy(&page).into_owned()
}
