//! `kai init`.

use std::process::ExitCode;

use kai_assess::{SETTINGS, Settings};
use kai_core::{Origins, Unwatched};
use kai_report::init;

use crate::charts::Cache;
use crate::command_line::{Init, Input};
use crate::error::Error;
use crate::inputs::Inputs;
use crate::{output, terminal};

pub(crate) fn run(command: &Init) -> Result<ExitCode, Error> {
    let folder = command.folder.as_path();
    let path = if folder == "." { SETTINGS.into() } else { folder.join(SETTINGS) };
    if path.exists() && !command.force {
        return Err(Error::IsThere { path });
    }
    let paths = vec![command.folder.clone()];
    let inputs = Inputs::open(&Input { paths, config: None, listing: command.listing })?;
    // What stands in the file now, right or wrong, is what it replaces.
    let cache = Cache::of_user();
    let store = Cache::store(cache.as_ref());
    let (origins, settings) = (Origins::new(), Settings::default());
    let reviewed = kai_assess::read(
        &inputs.disk,
        store,
        origins,
        settings,
        &Unwatched,
        kai_assess::Keep::Nothing,
    );
    if reviewed.reading.object_count == 0 {
        return Err(inputs.nothing_readable());
    }
    output::deliver(Some(&path), &init::text(&reviewed.system, &reviewed.origins))?;
    terminal::note(&format!("kai: wrote `{path}`; `kai review` reads it from now on"));
    std::mem::forget(reviewed);
    Ok(ExitCode::SUCCESS)
}
