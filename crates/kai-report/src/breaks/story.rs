//! One scenario from its first second.

use std::collections::BTreeSet;

use kai_break::{Fault, Moment, Outcome};

use super::table::head;
use super::words::{cause, often, time, users};
use super::{Study, rows};
use crate::terminal::{Options, capitalized, clean, count, wrap};

/// Rows of a list in a story.
const ROWS: usize = 12;

/// What happens, in order; then what it comes to, and what would have helped.
#[must_use]
pub fn story(study: &Study<'_, '_>, outcome: &Outcome, options: &Options) -> String {
    let mut page = Page { lines: head(study, options), width: options.width.max(40) };
    let stage = study.stage;
    page.line(&clean(&outcome.scenario.name));
    page.text(2, &format!("{}{}.", capitalized(&users(stage, outcome)), often(outcome)));
    let because = cause(outcome);
    if !because.is_empty() {
        page.text(2, &format!("{}.", capitalized(because.trim_end_matches('.'))));
    }
    page.moments(outcome);
    page.workloads(study, outcome);
    page.waiting(study, outcome);
    page.journeys(study, outcome);
    page.ends(study, outcome);
    if let Some(remedy) = &outcome.remedy {
        page.line("");
        page.line("What would have helped");
        page.text(2, &format!("With {}: {}. Played again to be sure.", remedy.text, remedy.effect));
    }
    if !outcome.unknown.is_empty() {
        page.line("");
        page.line("Not known");
        outcome.unknown.iter().for_each(|it| page.text(2, it));
    }
    page.line("");
    page.lines.join("\n")
}

struct Page {
    lines: Vec<String>,
    width: usize,
}

impl Page {
    fn line(&mut self, text: &str) {
        self.lines.push(text.to_owned());
    }

    fn text(&mut self, indent: usize, text: &str) {
        let space = " ".repeat(indent);
        let lines = wrap(text, self.width.saturating_sub(indent).max(30));
        self.lines.extend(lines.into_iter().map(|it| format!("{space}{it}")));
    }

    fn moments(&mut self, outcome: &Outcome) {
        if outcome.moments.is_empty() {
            return;
        }
        self.line("");
        self.line("What happens when");
        let shown = &outcome.moments[..outcome.moments.len().min(ROWS)];
        let at = |it: &Moment| if it.at.high == 0.0 { "at once".to_owned() } else { time(it.at) };
        let column = shown.iter().map(|it| at(it).chars().count()).max().unwrap_or(0);
        let mut sources: Vec<&str> = Vec::new();
        for it in shown {
            let text = wrap(&it.text, self.width.saturating_sub(column + 4).max(30));
            for (row, line) in text.into_iter().enumerate() {
                let at = if row == 0 { at(it) } else { String::new() };
                self.lines.push(format!("  {at:<column$}  {line}"));
            }
            let parts = it.source.split("; ").filter(|it| !it.is_empty());
            sources.extend(parts);
        }
        self.more(outcome.moments.len());
        let mut seen = BTreeSet::new();
        sources.retain(|it| seen.insert(*it));
        if !sources.is_empty() {
            self.text(2, &format!("Times rest on: {}.", sources.join("; ")));
        }
    }

    fn more(&mut self, all: usize) {
        if all > ROWS {
            self.line(&format!("  {} more", all - ROWS));
        }
    }

    fn workloads(&mut self, study: &Study<'_, '_>, outcome: &Outcome) {
        let hits: Vec<_> = outcome.hits.iter().filter(|it| rows::is_worth_one(it)).collect();
        if hits.is_empty() {
            return;
        }
        self.line("");
        self.line("Workloads");
        for it in hits.iter().take(ROWS) {
            self.text(2, &rows::hit(study.stage, it));
        }
        self.more(hits.len());
        if !outcome.unable.is_empty() {
            let names: Vec<String> =
                outcome.unable.iter().take(6).map(|it| format!("`{it}`")).collect();
            self.text(2, &format!("cannot work meanwhile: {}", names.join(", ")));
        }
    }

    fn waiting(&mut self, study: &Study<'_, '_>, outcome: &Outcome) {
        if outcome.waiting.is_empty() {
            return;
        }
        self.line("");
        self.line("Pods that find no node");
        for it in outcome.waiting.iter().take(ROWS) {
            self.text(2, &rows::waiting(study.stage, it));
        }
        self.more(outcome.waiting.len());
    }

    fn journeys(&mut self, study: &Study<'_, '_>, outcome: &Outcome) {
        if outcome.journeys.is_empty() {
            return;
        }
        self.line("");
        self.line("Journeys");
        for it in outcome.journeys.iter().take(ROWS) {
            self.text(2, &rows::journey(study.stage, it));
        }
        self.more(outcome.journeys.len());
    }

    fn ends(&mut self, study: &Study<'_, '_>, outcome: &Outcome) {
        if !outcome.blocked.is_empty() {
            self.line("");
            self.line("Cannot start pods meanwhile");
            let labels: Vec<String> = outcome
                .blocked
                .iter()
                .take(ROWS)
                .map(|&it| format!("`{}`", study.stage.runs[it].label()))
                .collect();
            self.text(2, &labels.join(", "));
            self.more(outcome.blocked.len());
        }
        if let Some(drained) = &outcome.drained {
            self.line("");
            self.line(if drained.is_finished { "The drain ends" } else { "The drain never ends" });
            for it in drained.stuck.iter().take(ROWS) {
                self.text(2, &format!("`{}`: {}", it.name, it.why));
            }
            self.more(drained.stuck.len());
        }
        if let Some(it) = &outcome.rolled {
            self.line("");
            let is_rollout = |it: &&Fault| matches!(it, Fault::Rollout(..));
            let of = match outcome.scenario.faults.iter().filter(is_rollout).count() {
                0 | 1 => String::new(),
                _ => format!(" of `{}`", study.stage.runs[it.runs].label()),
            };
            let end = if it.wedge.is_none() { "ends" } else { "never ends" };
            self.line(&format!("The rollout{of} {end}"));
            self.text(
                2,
                &format!(
                    "at least {} of {} {}, and there {} at a time",
                    it.available_min.max(0),
                    count(usize::try_from(it.wanted).unwrap_or(0), "pod"),
                    if it.available_min == 1 { "serves" } else { "serve" },
                    match it.pods_max {
                        1 => "is 1 pod".to_owned(),
                        max => format!("are up to {max} pods"),
                    }
                ),
            );
        }
        if !outcome.scaled.is_empty() {
            self.line("");
            self.line("Autoscalers, if each is at its target now");
            for it in outcome.scaled.iter().take(ROWS) {
                self.text(2, &rows::scaled(study.stage, it));
            }
            self.more(outcome.scaled.len());
        }
    }
}
