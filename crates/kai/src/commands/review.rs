//! `kai review`.

use std::process::ExitCode;

use kai_core::{Finding, Level, Part, Unwatched, Watch};
use kai_report::terminal::Options;
use kai_report::{github, gitlab, json, junit, markdown, sarif, terminal as page};

use super::options;
use crate::command_line::{FailOn, Review, ReviewFormat, When};
use crate::error::Error;
use crate::inputs::Inputs;
use crate::pipeline::{self, Run};
use crate::timings::Timings;
use crate::{output, terminal};

/// Everything that was there is broken.
const NOTHING_READABLE: u8 = 3;

pub(crate) fn run(review: &Review, color: When) -> Result<ExitCode, Error> {
    let timings = Timings::start();
    let watch: &dyn Watch = if review.timings { &timings } else { &Unwatched };
    let inputs = watch.watched(Part::List, || Inputs::open(&review.input))?;
    let run = pipeline::run(&inputs, watch)?;
    let text = watch.watched(Part::Report, || text(review, &inputs, &run, color));
    match &review.output {
        Some(path) => output::write(path, &text)?,
        None => terminal::print(&text)?,
    }
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

fn text(review: &Review, inputs: &Inputs, run: &Run, color: When) -> String {
    let (assessment, places) = (&run.assessment, &inputs.places());
    match review.format {
        ReviewFormat::Json => json::review(assessment),
        ReviewFormat::Sarif => sarif::review(assessment, &run.reviewed.origins, places),
        ReviewFormat::Junit => junit::review(assessment, places, |it| fails(review.fail_on, it)),
        ReviewFormat::Github => github::review(assessment, places),
        ReviewFormat::Gitlab => gitlab::review(assessment, places),
        ReviewFormat::Markdown => markdown::review(assessment, places),
        ReviewFormat::Text => {
            let options = options(inputs, color);
            // A file is not a terminal, whatever standard output is.
            let color = options.color && (review.output.is_none() || color == When::Always);
            let asked = Options { color, explain: review.explain, all: review.all, ..options };
            page::review(assessment, &asked)
        }
    }
}

/// Without a threshold every finding is a test that failed: the exit code is another matter.
fn fails(fail_on: FailOn, level: Level) -> bool {
    fail_on == FailOn::Never || fail_on.includes(level)
}
