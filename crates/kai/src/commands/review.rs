//! `kai review`.

use std::process::ExitCode;

use kai_core::{Finding, Part, Unwatched, Watch};
use kai_report::terminal::Options;
use kai_report::{json, terminal as text};

use super::options;
use crate::command_line::{Review, ReviewFormat, When};
use crate::error::Error;
use crate::inputs::Inputs;
use crate::pipeline::{self, Run};
use crate::terminal;
use crate::timings::Timings;

/// Everything that was there is broken.
const NOTHING_READABLE: u8 = 3;

pub(crate) fn run(review: &Review, color: When) -> Result<ExitCode, Error> {
    let timings = Timings::start();
    let watch: &dyn Watch = if review.timings { &timings } else { &Unwatched };
    let inputs = watch.watched(Part::List, || Inputs::open(&review.input))?;
    let run = pipeline::run(&inputs, watch)?;
    let text = watch.watched(Part::Report, || page(review, &inputs, &run, color));
    terminal::print(&text)?;
    if review.timings {
        terminal::note(timings.table().trim_end());
    }
    // A page that only says what is broken must not look like a good review to a pipeline.
    let was_read = run.reviewed.reading.document_count > 0;
    let has_failed =
        run.assessment.findings.iter().any(|it: &Finding| review.fail_on.includes(it.level));
    // The process ends here; walking every tree to free it would only cost time.
    std::mem::forget(run);
    Ok(ExitCode::from(if was_read { u8::from(has_failed) } else { NOTHING_READABLE }))
}

fn page(review: &Review, inputs: &Inputs, run: &Run, color: When) -> String {
    match review.format {
        ReviewFormat::Json => json::review(&run.assessment),
        ReviewFormat::Text => {
            let options =
                Options { explain: review.explain, all: review.all, ..options(inputs, color) };
            text::review(&run.assessment, &options)
        }
    }
}
