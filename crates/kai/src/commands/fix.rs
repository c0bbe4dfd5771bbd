//! `kai review --fix`: the changes as a diff, then the changes.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use kai_assess::{Assessment, LeftOut, Repair, Why, repair};
use kai_core::{EvidenceId, Unwatched};
use kai_report::diff::{Comparison, Entry, Snapshot, compare};
use kai_report::patch;

use crate::command_line::Review;
use crate::edited::Edited;
use crate::error::Error;
use crate::inputs::Inputs;
use crate::pipeline::{self, Run};
use crate::{output, terminal};

/// The changes were not made although somebody asked for them.
const NOT_MADE: u8 = 1;

pub(crate) fn run(review: &Review) -> Result<ExitCode, Error> {
    let inputs = Inputs::open(&review.input)?;
    let run = pipeline::run(&inputs, &Unwatched)?;
    let repair = repair(&run.assessment.findings, &run.reviewed.origins, review.with_unsafe);
    let (made, left) = change(review, &inputs, &run, &repair)?;
    say_left_out(&run.assessment, &repair.left_out);
    let fails =
        left.findings.iter().any(|it| review.threshold(&run.reviewed.settings).includes(it.level));
    std::mem::forget(run);
    Ok(if made { ExitCode::from(u8::from(fails)) } else { ExitCode::from(NOT_MADE) })
}

/// Shows and makes the changes. False where they were wanted and are not made; and what is found now.
fn change(
    review: &Review,
    inputs: &Inputs,
    run: &Run,
    repair: &Repair,
) -> Result<(bool, Snapshot), Error> {
    let before = Snapshot::of(&run.assessment);
    if repair.files.is_empty() {
        if repair.left_out.is_empty() {
            terminal::note("kai: nothing here has a fix that I can make");
        }
        return Ok((true, before));
    }
    let places = inputs.places();
    let texts = repair.files.iter().map(|it| (places.path(&it.path), &*it.before, &*it.after));
    terminal::print(&patch::unified(texts, terminal::is_shown()))?;

    let edited = Edited::new(&inputs.disk, &repair.files);
    let after = Snapshot::of(&pipeline::assess(&edited, inputs.settings_place())?);
    let comparison = compare(&before, &after);
    let is_clean = say_effect(&run.assessment, repair, &comparison, &after);
    if review.dry_run {
        return Ok((true, before));
    }
    if !is_clean && !review.with_unsafe {
        terminal::note("kai: nothing was written");
        return Ok((false, before));
    }
    if !review.yes && !confirmed() {
        return Ok((false, before));
    }
    for file in &repair.files {
        output::change(&inputs.disk, file)?;
    }
    terminal::note(&format!("kai: {} changed", files(repair.files.len())));
    Ok((true, after))
}

/// What the changes do, by a review of what they would leave; false where they do more than they
/// should.
fn say_effect(
    assessment: &Assessment,
    repair: &Repair,
    comparison: &Comparison,
    after: &Snapshot,
) -> bool {
    let (revealed, added): (Vec<_>, Vec<_>) =
        comparison.added().partition(|it| is_revealed(assessment, repair, it));
    let stays = |id: &&EvidenceId| after.findings.iter().any(|it| it.id == id.to_string());
    let staying: Vec<&EvidenceId> = repair.applied.iter().filter(stays).collect();
    terminal::note(&format!(
        "kai: these changes to {} take {} of {} away; new or worse: {}",
        files(repair.files.len()),
        repair.applied.len() - staying.len(),
        findings(repair.applied.len()),
        match added.len() {
            0 => "nothing".to_owned(),
            more => more.to_string(),
        }
    ));
    for id in &staying {
        terminal::note(&format!("kai: still found: {}", named(assessment, **id)));
    }
    for entry in &added {
        terminal::note(&format!("kai: new or worse: {}", shown(entry)));
    }
    for entry in revealed {
        terminal::note(&format!("kai: comes to light, and is next: {}", shown(entry)));
    }
    staying.is_empty() && added.is_empty()
}

/// True where a change that is made takes away what hid the finding.
fn is_revealed(assessment: &Assessment, repair: &Repair, entry: &Entry) -> bool {
    let made = assessment.findings.iter().filter(|it| repair.applied.contains(&it.id));
    made.flat_map(|it| &it.fixes).any(|it| it.reveals.contains(&entry.rule.as_str()))
}

fn say_left_out(assessment: &Assessment, left_out: &[LeftOut]) {
    let count = |why: Why| left_out.iter().filter(|it| it.why == why).count();
    let (altering, overlapping) = (count(Why::Unsafe), count(Why::Overlap));
    if altering > 0 {
        terminal::note(&format!(
            "kai: {} can be mended by changes that alter behaviour: --unsafe shows them",
            findings(altering)
        ));
    }
    if overlapping > 0 {
        terminal::note("kai: left out, because a change above edits the same place; run it again:");
    }
    for it in left_out.iter().filter(|it| it.why == Why::Overlap) {
        terminal::note(&format!("  {}", named(assessment, it.finding)));
    }
}

/// Asks where somebody can answer.
fn confirmed() -> bool {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        terminal::note("kai: nothing was written, because nobody is here to ask: add --yes");
        return false;
    }
    let _ = write!(io::stderr(), "kai: write these changes? [y/N] ");
    let mut answer = String::new();
    let is_read = io::stdin().read_line(&mut answer).is_ok();
    is_read && ["y", "yes"].contains(&answer.trim().to_lowercase().as_str())
}

fn named(assessment: &Assessment, id: EvidenceId) -> String {
    let finding = assessment.findings.iter().find(|it| it.id == id);
    let words = finding.map(|it| format!("{}: {}", it.component, it.title));
    kai_report::terminal::clean(&words.unwrap_or_default())
}

fn shown(entry: &Entry) -> String {
    let words = format!("{}: {} [{}]", entry.component, entry.title, entry.rule);
    kai_report::terminal::clean(&words)
}

fn findings(number: usize) -> String {
    if number == 1 { "1 finding".to_owned() } else { format!("{number} findings") }
}

fn files(number: usize) -> String {
    if number == 1 { "1 file".to_owned() } else { format!("{number} files") }
}
