//! `kai drain-check`.

use std::process::ExitCode;

use camino::Utf8PathBuf;
use kai_assess::{stage, times};
use kai_break::{FaultKind, Pattern, Player, Scenario, Which};
use kai_report::breaks::{Study, drain_check};

use super::breaks::{chosen, nothing_runs, open};
use super::options;
use crate::command_line::{DrainCheck, When};
use crate::error::Error;
use crate::{pipeline, terminal};

pub(crate) fn run(command: &DrainCheck, color: When) -> Result<ExitCode, Error> {
    let is_path = |it: &&String| *it == "-" || std::path::Path::new(it).exists();
    let (paths, nodes): (Vec<&String>, Vec<&String>) = command.asked.iter().partition(is_path);
    let inputs = open(paths.into_iter().map(Utf8PathBuf::from).collect(), &command.place)?;
    let reviewed = pipeline::clusters(&inputs)?;
    let place = inputs.place();
    let choice = chosen(&reviewed, command.place.root.as_deref(), &place)?;
    let times = times(&reviewed);
    let stage = stage(&reviewed, &choice, &times);
    if stage.runs.is_empty() {
        return Err(nothing_runs(&place));
    }
    let drain = |which| Pattern { faults: vec![(FaultKind::Drain, which)] };
    let mut patterns: Vec<Pattern> =
        nodes.iter().map(|it| drain(Which::Named((*it).clone()))).collect();
    if nodes.is_empty() {
        patterns.push(drain(Which::Each));
    }
    let mut player = Player::new(&stage);
    let mut scenarios: Vec<Scenario> = Vec::new();
    for pattern in &patterns {
        scenarios.extend(player.find(pattern).map_err(Error::UnknownName)?);
    }
    let outcomes = player.play_all(&scenarios);
    let is_stuck = outcomes.iter().any(|it| it.drained.as_ref().is_some_and(|it| !it.is_finished));
    let left_out = player.left_out(&patterns, &outcomes);
    let study = Study { stage: &stage, choice: &choice, outcomes, left_out };
    terminal::print(&drain_check(&study, &options(&inputs, color)))?;
    std::mem::forget(reviewed);
    Ok(ExitCode::from(u8::from(is_stuck)))
}
