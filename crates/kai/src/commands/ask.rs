//! `kai ask`.

use std::process::ExitCode;

use camino::Utf8Path;
use kai_answer::{Reply, ask, json, refusal, text, unanswered};

use super::{diff, options};
use crate::command_line::{Ask, AskFormat, Diff, DiffFormat, FailOn, When};
use crate::engineer::start::{Form, connection, with_session};
use crate::error::Error;
use crate::inputs::Inputs;
use crate::{pipeline, terminal};

pub(crate) fn run(command: &Ask, color: When) -> Result<ExitCode, Error> {
    if let Some(name) = &command.engineering.model {
        return with_model(command, name);
    }
    let inputs = Inputs::open(&command.input)?;
    let run = pipeline::run_with_clusters(&inputs)?;
    let reply = ask(&command.question, &run.reviewed, &run.assessment);
    std::mem::forget(run);
    let is_json = command.format == AskFormat::Json;
    match reply {
        Reply::Answer(answer) if is_json => terminal::print(&json(&answer))?,
        Reply::Answer(answer) => terminal::print(&text(&answer, &options(&inputs, color)))?,
        Reply::Compare { base, head } => return compared(command, &base, &head),
        Reply::Unanswered(it) => {
            terminal::print(&if is_json { refusal(&it) } else { unanswered(&it) })?;
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A model looks around in the first folder.
fn with_model(command: &Ask, name: &str) -> Result<ExitCode, Error> {
    let name = Some(name).filter(|it| !it.is_empty());
    let connection = connection(name)?.ok_or(Error::NoModel)?;
    let folder = command.input.paths.first().map_or(Utf8Path::new("."), |it| it.as_path());
    let form = match command.format {
        _ if command.jsonl => Form::Lines,
        AskFormat::Json => Form::Json,
        AskFormat::Text => Form::Text,
    };
    with_session(&command.engineering, folder, &connection, form, |session| {
        match command.engineering.show_outbound {
            true => session.show_outbound(&command.question),
            false => session.ask(&command.question),
        }
    })
}

/// What changed in the folder that was given: revisions are those of its repository, `.` is the folder.
fn compared(command: &Ask, base: &str, head: &str) -> Result<ExitCode, Error> {
    let folder = command.input.paths.first().filter(|it| it.is_dir());
    let [base, head] = [base, head].map(|side| match Utf8Path::new(side).canonicalize_utf8() {
        Ok(path) if side != "." => path.into_string(),
        _ => side.to_owned(),
    });
    if let Some(folder) = folder {
        std::env::set_current_dir(folder)
            .map_err(|source| Error::OpenPath { path: folder.clone(), source })?;
    }
    diff::run(&comparison(command, base, head))
}

/// What changed is what `kai diff` says.
fn comparison(command: &Ask, base: String, head: String) -> Diff {
    let format = match command.format {
        AskFormat::Text => DiffFormat::Text,
        AskFormat::Json => DiffFormat::Json,
    };
    let (output, fail_on, listing) = (None, FailOn::Never, command.input.listing);
    Diff { base, head, format, output, fail_on, listing }
}
