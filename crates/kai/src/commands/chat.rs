//! `kai chat`.

use std::io::{BufRead as _, IsTerminal as _};
use std::process::ExitCode;

use kai_report::terminal::Options;

use super::mcp::Index;
use crate::command_line::Chat;
use crate::engineer::start::{Form, connection, with_session, without_model};
use crate::error::Error;
use crate::terminal;

/// A question a line, until there are no more.
pub(crate) fn run(command: &Chat) -> Result<ExitCode, Error> {
    let Some(connection) =
        connection(command.engineering.model.as_deref().filter(|it| !it.is_empty()))?
    else {
        return alone(command);
    };
    let form = if command.jsonl { Form::Lines } else { Form::Text };
    with_session(&command.engineering, &command.folder, &connection, form, |session| {
        if let Some(id) = session.id().filter(|_| form == Form::Text) {
            terminal::note(&format!("kai: session {id}; an empty line ends it"));
        }
        let mut code = ExitCode::SUCCESS;
        while let Some(question) = session.question()? {
            code = match command.engineering.show_outbound {
                true => session.show_outbound(&question)?,
                false => session.ask(&question)?,
            };
            if session.is_cancelled() || terminal::is_left() {
                break;
            }
        }
        let is_stopped = session.is_cancelled() && !terminal::is_left();
        Ok(if is_stopped { ExitCode::from(130) } else { code })
    })
}

/// The same without a model: nothing leaves this machine.
fn alone(command: &Chat) -> Result<ExitCode, Error> {
    terminal::note(
        "kai: no model is configured, so I answer what I can without one (docs/models.md)",
    );
    let index = Index::open(&command.folder)?;
    let options = Options { width: terminal::width(), ..Options::default() };
    let mut code = ExitCode::SUCCESS;
    while let Some(question) = question()? {
        let (is_answered, text, document) = without_model(&question, &index, &options)?;
        terminal::print(&if command.jsonl { format!("{document}\n") } else { text })?;
        if terminal::is_left() {
            break;
        }
        code = if is_answered { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    Ok(code)
}

fn question() -> Result<Option<String>, Error> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        terminal::note("> ");
    }
    let mut line = String::new();
    stdin.lock().read_line(&mut line).map_err(|source| Error::ReadInput { source })?;
    let line = line.trim();
    Ok((!line.is_empty()).then(|| line.to_owned()))
}
