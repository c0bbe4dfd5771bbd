//! `kai diff`.

use std::process::ExitCode;

use camino::Utf8Path;
use kai_core::Unwatched;
use kai_report::diff::{self, Comparison, Snapshot};

use crate::command_line::{Diff, DiffFormat, FailOn, Input, Listing};
use crate::error::Error;
use crate::git::Revision;
use crate::inputs::Inputs;
use crate::settings::Place;
use crate::{output, pipeline, terminal};

pub(crate) fn run(command: &Diff) -> Result<ExitCode, Error> {
    let base = snapshot(&command.base, command.listing)?;
    let head = snapshot(&command.head, command.listing)?;
    let comparison = diff::compare(&base, &head);
    let text = match command.format {
        DiffFormat::Text => diff::text(&comparison, terminal::width()),
        DiffFormat::Markdown => diff::markdown(&comparison),
        DiffFormat::Json => diff::json(&comparison),
    };
    output::deliver(command.output.as_deref(), &text)?;
    Ok(ExitCode::from(u8::from(fails(&comparison, command.fail_on))))
}

/// True when something new or worse is at or above the level.
pub(super) fn fails(comparison: &Comparison, fail_on: FailOn) -> bool {
    comparison.added().any(|it| fail_on.includes(it.level))
}

/// A file is a review that was written before, a folder is reviewed now, and everything else is a
/// revision of the repository around the working directory.
pub(super) fn snapshot(side: &str, listing: Listing) -> Result<Snapshot, Error> {
    let path = Utf8Path::new(side);
    match std::fs::metadata(path) {
        Ok(it) if it.is_dir() => {
            let inputs =
                Inputs::open(&Input { paths: vec![path.to_owned()], config: None, listing })?;
            Ok(Snapshot::of(&pipeline::run(&inputs, &Unwatched)?.assessment))
        }
        Ok(_) => read(path),
        Err(_) => {
            let revision = Revision::open(side, listing)?;
            let place = Place::Folder(Utf8Path::new(""));
            Ok(Snapshot::of(&pipeline::assess(&revision, place)?))
        }
    }
}

/// A review that was written before.
pub(super) fn read(path: &Utf8Path) -> Result<Snapshot, Error> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| Error::OpenPath { path: path.to_owned(), source })?;
    Snapshot::read(&text).map_err(|reason| Error::ReadReview { path: path.to_owned(), reason })
}
