//! `kai explain`.

use std::process::ExitCode;

use kai_core::Finding;
use kai_core::Unwatched;
use kai_graph::Component;
use kai_report::terminal as page;

use super::options;
use crate::command_line::{Explain, When};
use crate::error::Error;
use crate::inputs::Inputs;
use crate::pipeline::{self, Run};
use crate::terminal;

/// Fewer characters of a finding's id could be a number or a name.
const ID_MIN: usize = 6;

pub(crate) fn run(command: &Explain, color: When) -> Result<ExitCode, Error> {
    let subject = command.subject.as_str();
    if let Some(rule) = kai_rules::rule(subject) {
        terminal::print(rule.doc)?;
        return Ok(ExitCode::SUCCESS);
    }
    let inputs = Inputs::open(&command.input)?;
    let run = pipeline::run(&inputs, &Unwatched)?;
    let options = options(&inputs, color);
    let text = match finding(&run, subject) {
        Some(finding) => page::finding(finding, &options),
        None => {
            components(&run, subject, &options).ok_or_else(|| unknown(&run, subject, &inputs))?
        }
    };
    terminal::print(&text)?;
    std::mem::forget(run);
    Ok(ExitCode::SUCCESS)
}

fn finding<'a>(run: &'a Run, subject: &str) -> Option<&'a Finding> {
    let rank = subject.parse().ok();
    run.assessment.findings.iter().find(|it| {
        Some(it.rank) == rank || subject.len() >= ID_MIN && it.id.to_string().starts_with(subject)
    })
}

fn components(run: &Run, subject: &str, options: &page::Options) -> Option<String> {
    let matching = run.reviewed.system.components().iter().filter(|it| is_named(it, subject));
    let pages: Vec<String> = matching
        .map(|it| {
            let label = it.label();
            let findings: Vec<&Finding> = run
                .assessment
                .findings
                .iter()
                .filter(|finding| finding.component == label && finding.namespace == it.namespace)
                .collect();
            page::component(&run.reviewed.system, it.id, &findings, &run.reviewed.origins, options)
        })
        .collect();
    (!pages.is_empty()).then(|| pages.join("\n"))
}

/// `ledger`, `Deployment/ledger` or `deployment/ledger`.
fn is_named(component: &Component, subject: &str) -> bool {
    match subject.split_once('/') {
        Some((kind, name)) => {
            component.name == name && component.native_kind.eq_ignore_ascii_case(kind)
        }
        None => component.name == subject,
    }
}

fn unknown(run: &Run, subject: &str, inputs: &Inputs) -> Error {
    let near = near(run, subject);
    let remedy = if near.is_empty() {
        "a finding's rule stands in `kai review --format json`".to_owned()
    } else {
        format!("did you mean {}", near.join(", "))
    };
    Error::UnknownSubject { subject: subject.to_owned(), place: inputs.place(), remedy }
}

/// Up to three components with the name, or else rules with a word of it.
fn near(run: &Run, subject: &str) -> Vec<String> {
    let name = subject.rsplit('/').next().unwrap_or(subject);
    let components = run.reviewed.system.components().iter();
    let mut near: Vec<String> = components
        .filter(|it| it.name.contains(name))
        .map(|it| format!("`{}`", it.label()))
        .collect();
    if near.is_empty() {
        let is_near = |id: &str| name.split('-').any(|word| word.len() > 2 && id.contains(word));
        let rules = kai_rules::RULES.iter().filter(|it| is_near(it.id));
        near.extend(rules.map(|it| format!("`{}`", it.id)));
    }
    near.sort();
    near.dedup();
    near.truncate(3);
    near
}
