//! One file a command.

mod agent;
mod ask;
mod breaks;
mod chat;
mod completions;
mod diff;
mod doctor;
mod drain_check;
mod drift;
mod evidence;
mod explain;
mod export;
mod fix;
mod graph;
mod hook;
mod init;
mod man;
pub(crate) mod mcp;
mod render;
mod review;
mod roots;
mod rules;
mod sessions;
mod vendor;

use std::process::ExitCode;

use kai_report::terminal::Options;

use crate::command_line::{Command, CommandLine, When};
use crate::error::Error;
use crate::inputs::Inputs;
use crate::terminal;

pub(crate) fn run(command_line: CommandLine) -> Result<ExitCode, Error> {
    let color = command_line.color;
    match command_line.command {
        Command::Review(it) if it.fix => fix::run(&it),
        Command::Review(it) => review::run(&it, color),
        Command::Diff(it) => diff::run(&it),
        Command::Render(it) => render::run(&it, color),
        Command::Roots(it) => roots::run(&it, color),
        Command::Graph(it) => graph::run(&it),
        Command::Break(it) => breaks::run(&it, color),
        Command::Drift(it) => drift::run(&it, color),
        Command::DrainCheck(it) => drain_check::run(&it, color),
        Command::Explain(it) => explain::run(&it, color),
        Command::Ask(it) => ask::run(&it, color),
        Command::Chat(it) => chat::run(&it),
        Command::Sessions(it) => sessions::run(&it),
        Command::Sandboxed(it) => Ok(crate::engineer::sandbox::run(&it)),
        Command::Evidence(it) => evidence::run(&it, color),
        Command::Mcp(it) => mcp::run(&it),
        Command::Export(it) => export::run(&it),
        Command::Agent(it) => agent::run(&it),
        Command::Hook(it) => hook::run(&it),
        Command::Init(it) => init::run(&it),
        Command::Doctor(it) => doctor::run(&it, color),
        Command::Rules(it) => rules::run(&it),
        Command::Completions(it) => completions::run(&it),
        Command::Man(it) => man::run(&it),
        Command::Vendor(it) => vendor::run(&it, color),
    }
}

fn options(inputs: &Inputs, color: When) -> Options {
    Options {
        width: terminal::width(),
        color: terminal::has_color(color),
        paths: inputs.paths.clone(),
        mounts: inputs.shown(),
        ..Options::default()
    }
}
