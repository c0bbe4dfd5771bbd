//! `kai evidence`.

use std::process::ExitCode;

use kai_answer::{Case, Notes, cited, evidence};
use kai_core::Tree as _;

use super::options;
use crate::command_line::{Evidence, When};
use crate::error::Error;
use crate::inputs::Inputs;
use crate::pipeline::{self, Run};
use crate::terminal;

pub(crate) fn run(command: &Evidence, color: When) -> Result<ExitCode, Error> {
    let inputs = Inputs::open(&command.input)?;
    let run = pipeline::run_with_clusters(&inputs)?;
    let Run { reviewed, assessment, .. } = &run;
    let notes = Notes::default();
    let case = Case { reviewed, assessment, ground: reviewed, notes: &notes };
    let found = evidence(&command.id, case);
    std::mem::forget(run);
    let Some(found) = found else {
        return Err(Error::UnknownEvidence { id: command.id.clone(), place: inputs.place() });
    };
    let read = |path: &camino::Utf8Path| {
        let bytes = inputs.disk.bytes(path).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    };
    terminal::print(&cited(&found, &options(&inputs, color), read))?;
    Ok(ExitCode::SUCCESS)
}
