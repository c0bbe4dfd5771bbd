//! `kai break`.

use std::process::ExitCode;

use camino::Utf8PathBuf;
use kai_assess::{Reviewed, stage, times};
use kai_break::{Choice, Pattern, Player, Unknown, choose};
use kai_report::breaks::{self, Study};
use serde_json::Value;

use super::options;
use crate::command_line::{Break, BreakFormat, ClusterPlace, Input, When};
use crate::error::Error;
use crate::inputs::Inputs;
use crate::{output, pipeline};

pub(crate) fn run(command: &Break, color: When) -> Result<ExitCode, Error> {
    let (patterns, paths) = asked(&command.asked)?;
    let inputs = open(paths, &command.place)?;
    let reviewed = pipeline::clusters(&inputs)?;
    let options = options(&inputs, color);
    let text =
        played(&patterns, &reviewed, command.place.root.as_deref(), &inputs.place(), |study| {
            match command.format {
                BreakFormat::Json => breaks::json(study),
                BreakFormat::Markdown => breaks::markdown(study),
                BreakFormat::Mermaid => breaks::mermaid(study),
                BreakFormat::Svg => breaks::svg(study),
                BreakFormat::Text => match study.outcomes.as_slice() {
                    [one] => breaks::story(study, one, &options),
                    _ => breaks::table(study, &options),
                },
            }
        })?;
    output::deliver(command.output.as_deref(), &text)?;
    // The process ends here; walking every tree to free it would only cost time.
    std::mem::forget(reviewed);
    Ok(ExitCode::SUCCESS)
}

/// `kai.break/v1` of a scenario, on what was read of a place, with so many items in each list at most.
pub(super) fn excerpt(
    scenario: &str,
    reviewed: &Reviewed,
    place: &str,
    listed: usize,
) -> Result<Value, Error> {
    let pattern = Pattern::parse(scenario).map_err(Error::NotAScenario)?;
    played(&[pattern], reviewed, None, place, |study| breaks::excerpt(study, listed))
}

/// What `tell` says of the scenarios, each played.
fn played<T>(
    patterns: &[Pattern],
    reviewed: &Reviewed,
    root: Option<&str>,
    place: &str,
    tell: impl FnOnce(&Study<'_, '_>) -> T,
) -> Result<T, Error> {
    let (choice, times) = (chosen(reviewed, root, place)?, times(reviewed));
    let stage = stage(reviewed, &choice, &times);
    if stage.runs.is_empty() {
        return Err(nothing_runs(place));
    }
    let mut player = Player::new(&stage);
    let mut scenarios = Vec::new();
    for pattern in patterns {
        scenarios.extend(player.find(pattern).map_err(Error::UnknownName)?);
    }
    if patterns.is_empty() {
        scenarios = player.standard();
    }
    let outcomes = player.play_all(&scenarios);
    let left_out = player.left_out(patterns, &outcomes);
    Ok(tell(&Study { stage: &stage, choice: &choice, outcomes, left_out }))
}

/// What was typed, apart: scenarios, whose parts a `+` of its own joins, and paths.
fn asked(words: &[String]) -> Result<(Vec<Pattern>, Vec<Utf8PathBuf>), Error> {
    let (mut scenarios, mut paths): (Vec<String>, Vec<Utf8PathBuf>) = (Vec::new(), Vec::new());
    let mut is_joined = false;
    for word in words {
        if word == "+" {
            is_joined = true;
        } else if let (true, Some(last)) = (is_joined, scenarios.last_mut()) {
            last.push_str(&format!(" + {word}"));
            is_joined = false;
        } else if Pattern::is_meant(word) && !std::path::Path::new(word).exists() {
            scenarios.push(word.clone());
        } else {
            paths.push(Utf8PathBuf::from(word));
        }
    }
    let patterns = scenarios.iter().map(|it| Pattern::parse(it)).collect::<Result<_, _>>();
    Ok((patterns.map_err(Error::NotAScenario)?, paths))
}

pub(super) fn open(mut paths: Vec<Utf8PathBuf>, place: &ClusterPlace) -> Result<Inputs, Error> {
    if paths.is_empty() {
        paths.push(".".into());
    }
    Inputs::open(&Input { paths, config: place.config.clone(), listing: place.listing })
}

pub(super) fn chosen(
    reviewed: &Reviewed,
    root: Option<&str>,
    place: &str,
) -> Result<Choice, Error> {
    let asked = root.map(|it| it.trim_end_matches('/'));
    let choice = choose(&reviewed.system, &reviewed.clusters, asked);
    match (asked, choice.roots.is_empty()) {
        (Some(path), true) => {
            let roots = reviewed.clusters.iter().map(|it| it.0);
            let names = roots.map(|it| reviewed.system.root(it).path.to_string());
            let nearest = Unknown::new("root", path, names).nearest;
            let names: Vec<String> = nearest.iter().map(|it| format!("`{it}`")).collect();
            let remedy = match names.is_empty() {
                true => String::new(),
                false => format!("; did you mean {}", names.join(", ")),
            };
            Err(Error::UnknownRoot { path: path.to_owned(), remedy })
        }
        (None, true) => Err(nothing_runs(place)),
        _ => Ok(choice),
    }
}

pub(super) fn nothing_runs(place: &str) -> Error {
    let remedy = "name manifests, or a dump of `kubectl get nodes,pods,deploy,sts -A -o json`";
    Error::NothingRuns { place: place.to_owned(), remedy: remedy.to_owned() }
}
