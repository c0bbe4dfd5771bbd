//! `kai roots`.

use std::process::ExitCode;

use kai_core::Unwatched;
use kai_report::terminal::roots;

use super::options;
use crate::command_line::{Roots, When};
use crate::error::Error;
use crate::inputs::Inputs;
use crate::{pipeline, terminal};

pub(crate) fn run(command: &Roots, color: When) -> Result<ExitCode, Error> {
    let inputs = Inputs::open(&command.input)?;
    let run = pipeline::run(&inputs, &Unwatched)?;
    terminal::print(&roots(&run.assessment.roots, &options(&inputs, color)))?;
    std::mem::forget(run);
    Ok(ExitCode::SUCCESS)
}
