//! A Terraform configuration, planned as Terraform would.

use std::process::ExitCode;

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::Origins;
use kai_report::json;
use kai_report::render::configuration;
use kai_report::terminal::Options;
use kai_terraform::plan::{Flag, Plan, Request, plan};

use super::super::options;
use super::with_place;
use crate::command_line::{Listing, Render, RenderFormat, When};
use crate::error::Error;
use crate::inputs::Inputs;
use crate::terminal;

/// True where the folder holds files of a configuration.
pub(super) fn is_configuration(folder: &Utf8Path) -> bool {
    let names = [".tf", ".tofu", ".tf.json", ".tofu.json"];
    let entries = folder.read_dir_utf8().into_iter().flatten().flatten();
    entries.into_iter().any(|it| names.iter().any(|end| it.file_name().ends_with(end)))
}

pub(super) fn run(command: &Render, color: When) -> Result<ExitCode, Error> {
    let (mut inputs, root) = Inputs::open_around(&command.folder)?;
    let options = options(&inputs, color);
    let request = request(command, root)?;
    let (planned, origins) = plan_all(&mut inputs, command, &request)?;
    show(command, &planned, &origins, &options, &request.root)
}

/// Prints what is planned; what is refused goes beside it, and makes the command fail.
pub(super) fn show(
    command: &Render,
    planned: &Plan,
    origins: &Origins,
    options: &Options,
    root: &Utf8Path,
) -> Result<ExitCode, Error> {
    for (name, reason) in &planned.gaps {
        terminal::note(&format!("kai: not in this repository: `{name}`: {reason}"));
    }
    for problem in &planned.problems {
        let message = format!("{}: {}", problem.summary, problem.detail);
        let text = with_place(message.trim_end_matches([':', ' ']), problem.span, origins, options);
        terminal::note(&format!("kai: {text}"));
    }
    let text = match command.format {
        RenderFormat::Json => json::render(planned, origins, options, root, command.show_secrets),
        RenderFormat::Text => {
            configuration(planned, origins, options, command.show_secrets, command.origins)
        }
    };
    terminal::print(&text)?;
    Ok(ExitCode::from(u8::from(!planned.problems.is_empty())))
}

/// Lists the root, and the folders of modules as they are named, until nothing is missing that is
/// on the disk.
fn plan_all(
    inputs: &mut Inputs,
    command: &Render,
    request: &Request,
) -> Result<(Plan, Origins), Error> {
    let top = top(&command.folder, &request.root)?;
    let mut listed = Vec::new();
    let mut wanted = vec![request.root.clone()];
    loop {
        for folder in &wanted {
            let listing = Listing { hidden: true, no_ignore: true };
            inputs.disk.add_folder(folder, &top.join(folder), listing);
        }
        inputs.disk.sort();
        listed.append(&mut wanted);
        let origins = Origins::new();
        let planned = plan(&inputs.disk, &origins, request);
        let is_there = |it: &&Utf8PathBuf| !listed.contains(*it) && top.join(it).is_dir();
        wanted = planned.missing.iter().filter(is_there).cloned().collect();
        wanted.sort();
        wanted.dedup();
        if wanted.is_empty() {
            return Ok((planned, origins));
        }
    }
}

/// The folder that paths of the tree begin at.
pub(super) fn top(folder: &Utf8Path, root: &Utf8Path) -> Result<Utf8PathBuf, Error> {
    let failed = |source| Error::OpenPath { path: folder.to_owned(), source };
    let folder = folder.canonicalize_utf8().map_err(failed)?;
    let top = folder.ancestors().nth(root.components().count()).unwrap_or(&folder);
    Ok(top.to_owned())
}

fn request(command: &Render, root: Utf8PathBuf) -> Result<Request, Error> {
    let given = &command.configuration;
    let mut flags = Vec::new();
    for path in &given.var_file {
        flags.push(Flag::File(inside(&command.folder, &root, path)?));
    }
    for text in &given.var {
        let (name, value) = text.split_once('=').ok_or_else(|| Error::Render {
            path: command.folder.clone(),
            reason: format!("`--var {text}` is not NAME=VALUE"),
        })?;
        flags.push(Flag::Variable(name.trim().into(), value.to_owned()));
    }
    let state = given.state.as_ref().map(|path| {
        std::fs::read_to_string(path)
            .map_err(|source| Error::OpenPath { path: path.clone(), source })
    });
    Ok(Request { root, flags, state: state.transpose()?, ..Request::default() })
}

/// The path of a file in the tree that the root stands in.
fn inside(folder: &Utf8Path, root: &Utf8Path, path: &Utf8Path) -> Result<Utf8PathBuf, Error> {
    let failed = |source| Error::OpenPath { path: path.to_owned(), source };
    let file = path.canonicalize_utf8().map_err(failed)?;
    let top = top(folder, root)?;
    file.strip_prefix(&top).map(Utf8Path::to_owned).map_err(|_| Error::Render {
        path: path.to_owned(),
        reason: format!("it is not below `{top}`"),
    })
}
