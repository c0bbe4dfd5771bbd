//! `kai ask`.

use std::process::ExitCode;

use kai_answer::{Reply, ask, json, refusal, text, unanswered};
use kai_core::Unwatched;

use super::{diff, options};
use crate::command_line::{Ask, AskFormat, Diff, DiffFormat, FailOn, When};
use crate::error::Error;
use crate::inputs::Inputs;
use crate::{pipeline, terminal};

pub(crate) fn run(command: &Ask, color: When) -> Result<ExitCode, Error> {
    let inputs = Inputs::open(&command.input)?;
    let run = pipeline::run(&inputs, &Unwatched)?;
    let reply = ask(&command.question, &run.reviewed, &run.assessment);
    std::mem::forget(run);
    let is_json = command.format == AskFormat::Json;
    match reply {
        Reply::Answer(answer) if is_json => terminal::print(&json(&answer))?,
        Reply::Answer(answer) => terminal::print(&text(&answer, &options(&inputs, color)))?,
        Reply::Compare { base, head } => return diff::run(&comparison(command, base, head)),
        Reply::Unanswered(it) => {
            terminal::print(&if is_json { refusal(&it) } else { unanswered(&it) })?;
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
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
