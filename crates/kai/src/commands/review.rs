//! `kai review`.

use std::process::ExitCode;

use kai_core::{Level, Part, Unwatched, Watch};
use kai_report::diff::{Comparison, Snapshot, compare};
use kai_report::terminal::Options;
use kai_report::{github, gitlab, html, json, junit, markdown, sarif, terminal as page};

use super::{diff, options};
use crate::command_line::{FailOn, Review, ReviewFormat, When};
use crate::error::Error;
use crate::inputs::Inputs;
use crate::pipeline::{self, Run};
use crate::timings::Timings;
use crate::{output, terminal};

/// Everything that was there is broken.
const NOTHING_READABLE: u8 = 3;

pub(crate) fn run(review: &Review, color: When) -> Result<ExitCode, Error> {
    let baseline = review.baseline.as_deref().map(diff::read).transpose()?;
    let timings = Timings::start();
    let watch: &dyn Watch = if review.timings { &timings } else { &Unwatched };
    let mut inputs = watch.watched(Part::List, || Inputs::open(&review.input))?;
    review.import.iter().try_for_each(|it| inputs.import(it))?;
    let mut run = pipeline::run_on_anything(&inputs, watch)?;
    // What reads a format must find a document of it, whatever the exit code says.
    if run.is_empty && review.format == ReviewFormat::Text {
        return Err(inputs.nothing_readable());
    }
    let comparison = baseline.map(|it| compare(&it, &Snapshot::of(&run.assessment)));
    if let (Some(comparison), ReviewFormat::Github | ReviewFormat::Junit) =
        (&comparison, review.format)
    {
        // What is known neither fails a test nor takes the place of an annotation.
        let added: Vec<&str> = comparison.added().map(|it| it.id.as_str()).collect();
        run.assessment.findings.retain(|it| added.contains(&it.id.to_string().as_str()));
    }
    let text =
        watch.watched(Part::Report, || text(review, &inputs, &run, comparison.as_ref(), color));
    output::deliver(review.output.as_deref(), &text)?;
    if review.timings {
        terminal::note(timings.table().trim_end());
    }
    if run.is_empty {
        return Err(inputs.nothing_readable());
    }
    // A page that only says what is broken must not look like a good review to a pipeline.
    let was_read = run.reviewed.reading.document_count > 0;
    let fail_on = review.threshold(&run.reviewed.settings);
    let has_failed = match &comparison {
        Some(comparison) => {
            terminal::note(&since(comparison));
            diff::fails(comparison, fail_on)
        }
        None => run.assessment.findings.iter().any(|it| fail_on.includes(it.level)),
    };
    // The process ends here; walking every tree to free it would only cost time.
    std::mem::forget(run);
    Ok(ExitCode::from(if was_read { u8::from(has_failed) } else { NOTHING_READABLE }))
}

fn text(
    review: &Review,
    inputs: &Inputs,
    run: &Run,
    baseline: Option<&Comparison>,
    color: When,
) -> String {
    let (assessment, places) = (&run.assessment, &inputs.places());
    match review.format {
        ReviewFormat::Json => json::review(assessment),
        ReviewFormat::Sarif => sarif::review(assessment, &run.reviewed.origins, places, baseline),
        ReviewFormat::Junit => junit::review(assessment, places, |it| {
            fails(review.threshold(&run.reviewed.settings), it)
        }),
        ReviewFormat::Github => github::review(assessment, places),
        ReviewFormat::Gitlab => gitlab::review(assessment, places),
        ReviewFormat::Markdown => markdown::review(assessment, places),
        ReviewFormat::Html => {
            html::review(assessment, &run.reviewed.system, &options(inputs, color))
        }
        ReviewFormat::Text => {
            let options = options(inputs, color);
            // A file is not a terminal, whatever standard output is.
            let color = options.color && (review.output.is_none() || color == When::Always);
            let asked = Options {
                color,
                explain: review.explain,
                all: review.all,
                show_allowed: review.show_allowed,
                ..options
            };
            page::review(assessment, &asked)
        }
    }
}

/// Without a threshold every finding is a test that failed: the exit code is another matter.
fn fails(fail_on: FailOn, level: Level) -> bool {
    fail_on == FailOn::Never || fail_on.includes(level)
}

/// For people, whatever the format.
fn since(comparison: &Comparison) -> String {
    let Comparison { new, worse, gone, allowed, .. } = comparison;
    let allowed = match allowed.len() {
        0 => String::new(),
        allowed => format!(", {allowed} allowed"),
    };
    format!(
        "kai: since the baseline: {} new, {} worse, {} gone{allowed}; {} known",
        new.len(),
        worse.len(),
        gone.len(),
        comparison.known_count()
    )
}
