//! `kai mcp`: what Kai knows, for clients of the Model Context Protocol.
//!
//! What must always hold: every tool only reads, below the folder that was fixed at the start; every
//! text on its way out passes `seal`. The protocol itself is `kai-mcp`.
//!
//! The engineer with a model asks the same tools (`crate::engineer`).
//!
//! Start with [`run`], then `catalog` and `answers`.

mod answers;
mod catalog;
mod index;
#[cfg(unix)]
mod line;
mod page;

use std::process::ExitCode;
use std::sync::Arc;

use kai_mcp::{Answers, Arguments, Server, Tool};
use serde_json::Value;

use crate::command_line::Mcp;
use crate::error::Error;
use crate::terminal;

pub(crate) use answers::answer;
pub(crate) use catalog::tools_of_engineer as tools;
pub(crate) use index::Index;

pub(super) fn run(command: &Mcp) -> Result<ExitCode, Error> {
    let index = Arc::new(Index::open(&command.folder)?);
    #[cfg(unix)]
    let _line = line::open(&index);
    let server = Server::new(index);
    let served = match command.http {
        None => kai_mcp::over_stdio(server),
        Some(address) if address.ip().is_loopback() => {
            kai_mcp::over_http(server, address, |address| {
                terminal::note(&format!("kai: serving http://{address}/mcp"));
            })
        }
        Some(address) => return Err(Error::NotLoopback { address }),
    };
    served.map_err(|source| Error::Serve { source })?;
    Ok(ExitCode::SUCCESS)
}

impl Answers for Index {
    fn tools(&self) -> Vec<Tool> {
        catalog::tools()
    }

    fn answer(&self, tool: &str, arguments: &Arguments) -> Result<Value, String> {
        let sealed = |it| sealed(it, &|text| self.seal(text));
        let told = match arguments.get("scenario").and_then(Value::as_str) {
            Some(scenario) if tool == "kai_break" => self
                .played(scenario, || answers::broken(arguments, self).map(sealed))
                .and_then(|it| answers::scenarios(it, arguments)),
            _ => answer(tool, arguments, self).map(sealed),
        };
        told.map_err(|it| self.seal(&it))
    }
}

/// Every text of it through the seal; its shape stays.
pub(crate) fn sealed(value: Value, seal: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::String(it) => Value::String(seal(&it)),
        Value::Array(items) => items.into_iter().map(|it| sealed(it, seal)).collect(),
        Value::Object(fields) => {
            fields.into_iter().map(|(key, value)| (key, sealed(value, seal))).collect()
        }
        other => other,
    }
}
