//! `kai doctor`.

use std::process::ExitCode;

use kai_core::Unwatched;
use kai_report::doctor;

use super::options;
use crate::command_line::{Doctor, When};
use crate::error::Error;
use crate::inputs::Inputs;
use crate::{pipeline, terminal};

pub(crate) fn run(command: &Doctor, color: When) -> Result<ExitCode, Error> {
    let inputs = Inputs::open(&command.input)?;
    let run = pipeline::run(&inputs, &Unwatched)?;
    let (reviewed, options) = (&run.reviewed, options(&inputs, color));
    let kai_assess::Reviewed { system, origins, settings, .. } = reviewed;
    terminal::print(&doctor::text(&run.assessment, system, origins, settings, &options))?;
    std::mem::forget(run);
    Ok(ExitCode::SUCCESS)
}
