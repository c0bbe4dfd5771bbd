//! `kai rules`.

use std::process::ExitCode;

use kai_report::rules;

use crate::command_line::{Rules, RulesFormat};
use crate::error::Error;
use crate::terminal;

pub(crate) fn run(command: &Rules) -> Result<ExitCode, Error> {
    let text = match command.format {
        RulesFormat::Text => rules::text(&kai_rules::RULES, terminal::width()),
        RulesFormat::Json => rules::json(&kai_rules::RULES),
    };
    terminal::print(&text)?;
    Ok(ExitCode::SUCCESS)
}
