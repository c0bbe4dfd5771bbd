//! `kai graph`.

use std::process::ExitCode;

use kai_core::Unwatched;
use kai_report::graph::{dot, json, mermaid, text};

use crate::command_line::{Graph, GraphFormat};
use crate::error::Error;
use crate::inputs::Inputs;
use crate::{pipeline, terminal};

pub(crate) fn run(command: &Graph) -> Result<ExitCode, Error> {
    let inputs = Inputs::open(&command.input)?;
    let run = pipeline::run(&inputs, &Unwatched)?;
    let picture = match command.format {
        GraphFormat::Text => text(&run.reviewed.system),
        GraphFormat::Mermaid => mermaid(&run.reviewed.system),
        GraphFormat::Dot => dot(&run.reviewed.system),
        GraphFormat::Json => json(&run.reviewed.system),
    };
    terminal::print(&picture)?;
    std::mem::forget(run);
    Ok(ExitCode::SUCCESS)
}
