//! A unit of Terragrunt, planned as Terragrunt would have it planned.

use std::process::ExitCode;

use camino::Utf8Path;
use kai_core::Origins;
use kai_terraform::terragrunt::{Source, Unit, unit};

use super::super::options;
use super::configuration::{show, top};
use crate::command_line::{Listing, Render, When};
use crate::error::Error;
use crate::inputs::Inputs;
use crate::repositories::limit;
use crate::terminal;

pub(super) fn run(command: &Render, color: When) -> Result<ExitCode, Error> {
    let (mut inputs, folder) = Inputs::open_around(&command.folder)?;
    let top = top(&command.folder, &folder)?;
    // Units name files and folders anywhere in the repository; outside of one the disk is not searched.
    let around = limit(&top.join(&folder));
    let name = around.strip_prefix(&top).unwrap_or(Utf8Path::new(""));
    let listing = Listing { hidden: false, no_ignore: false };
    inputs.disk.add_folder(name, &around, listing);
    inputs.disk.sort();
    let origins = Origins::new();
    let failed =
        |reason: &str| Error::Render { path: command.folder.clone(), reason: reason.to_owned() };
    let found = unit(&inputs.disk, &origins, &folder);
    let unit = found.ok_or_else(|| failed("its `terragrunt.hcl` cannot be read"))?;
    say_unit(&unit);
    let mut planned = unit.plan.unwrap_or_default();
    planned.problems.splice(..0, unit.problems);
    planned.gaps.splice(..0, unit.gaps);
    show(command, &planned, &origins, &options(&inputs, color), &folder)
}

/// Where the module is, and what is taken for granted.
fn say_unit(unit: &Unit) {
    for assumed in &unit.assumptions {
        let (variable, value) = (&assumed.variable, &assumed.value);
        terminal::note(&format!(
            "kai: `{variable}` is taken to be `{value}`, as the folder says and `{}` does",
            assumed.file
        ));
    }
    let text = match &unit.source {
        Source::Local(folder) => format!("the module is `{folder}`"),
        Source::Nearby(folder, wanted) => {
            format!("the module is `{wanted}`; `{folder}` is planned in its place")
        }
        Source::Elsewhere(wanted) => format!("the module is not in this repository: {wanted}"),
        Source::Nowhere => "the unit names no module".to_owned(),
    };
    terminal::note(&format!("kai: {text}"));
}
