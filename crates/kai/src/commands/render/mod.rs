//! `kai render`.

mod chart;
mod configuration;
mod kustomization;
mod unit;

use std::process::ExitCode;

use kai_compose::Project;
use kai_compose::helm::StoredChart;
use kai_core::{LocationRole, Origins, Span};
use kai_report::terminal::Options;

use crate::command_line::{Render, When};
use crate::error::Error;
use crate::terminal;

pub(crate) fn run(command: &Render, color: When) -> Result<ExitCode, Error> {
    let is_archive = command.folder.extension() == Some("tgz") && command.folder.is_file();
    if is_archive || command.folder.join("Chart.yaml").is_file() {
        chart::run(command, color)
    } else if command.folder.join("terragrunt.hcl").is_file() {
        unit::run(command, color)
    } else if configuration::is_configuration(&command.folder) {
        configuration::run(command, color)
    } else {
        kustomization::run(command, color)
    }
}

/// The message after the place it is about, where there is one.
fn with_place(message: &str, span: Option<Span>, origins: &Origins, options: &Options) -> String {
    let place = span.map(|it| options.place(&origins.location_of(it, LocationRole::Primary)));
    place.map_or_else(|| message.to_owned(), |place| format!("{place}: {message}"))
}

/// The same with the column.
fn with_position(
    message: &str,
    span: Option<Span>,
    origins: &Origins,
    options: &Options,
) -> String {
    let Some(location) = span.map(|it| origins.location_of(it, LocationRole::Primary)) else {
        return message.to_owned();
    };
    format!("{}:{}: {message}", options.place(&location), location.column)
}

/// Which bytes stand for what is not in the repository.
fn say_fetched(project: &Project<'_>) {
    for chart in project.stored_charts() {
        let StoredChart { name, version, digest, .. } = &*chart;
        terminal::note(&format!("kai: chart `{name}` is {version} as fetched: {digest}"));
    }
}
