//! `kai drift`.

use std::process::ExitCode;

use camino::Utf8Path;
use kai_assess::drift::drift;
use kai_report::drift::{json, text};
use kai_report::terminal::Options;
use kai_terraform::record::{Record, read};

use super::options;
use crate::command_line::{Drift, DriftFormat, When};
use crate::error::Error;
use crate::inputs::Inputs;
use crate::{disk, output, pipeline};

pub(crate) fn run(command: &Drift, color: When) -> Result<ExitCode, Error> {
    let (is_plan, path) = match (&command.given.plan, &command.given.state) {
        (Some(path), _) => (true, path),
        (None, Some(path)) => (false, path),
        (None, None) => unreachable!("the command line asks for one of the two"),
    };
    // The document is judged before anything else is read: a wrong one costs no time.
    let bytes = bytes(path)?;
    let inputs = Inputs::open(&command.input)?;
    let reviewed = pipeline::configurations(&inputs)?;
    let failed = |reason| Error::ReadRecord { path: path.clone(), reason };
    let record = read(&reviewed.origins, path, &bytes).map_err(failed)?;
    match (&record, is_plan) {
        (Record::State(_), true) => return Err(failed("it is a state: --state reads it".into())),
        (Record::Plan(_), false) => return Err(failed("it is a plan: --plan reads it".into())),
        _ => {}
    }
    let found = drift(&record, &reviewed, command.root.as_deref()).map_err(|names| {
        let names: Vec<_> = names.iter().map(|it| format!("`{it}`")).collect();
        let remedy = match names.is_empty() {
            true => ", and there is none".to_owned(),
            false => format!("; there are {}", names.join(", ")),
        };
        let name = command.root.clone().unwrap_or_default();
        Error::UnknownConfiguration { name, remedy }
    })?;
    let shown = options(&inputs, color);
    let shown = Options { all: command.all, ..shown };
    let text = match command.format {
        DriftFormat::Text => text(&found, path, &shown),
        DriftFormat::Json => json(&found, path, &shown),
    };
    output::deliver(command.output.as_deref(), &text)?;
    let has_failed = found.changes.iter().any(|it| command.fail_on.includes(it.level));
    std::mem::forget(reviewed);
    Ok(ExitCode::from(u8::from(has_failed)))
}

fn bytes(path: &Utf8Path) -> Result<Vec<u8>, Error> {
    if path == "-" {
        let input = std::io::stdin().lock();
        return disk::read_stream(input).map_err(|source| Error::ReadInput { source });
    }
    std::fs::read(path).map_err(|source| Error::OpenPath { path: path.to_owned(), source })
}
