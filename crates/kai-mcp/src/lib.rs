//! The Model Context Protocol around whoever answers: over standard input and output, or over HTTP.
//!
//! What must always hold: lists are the same bytes each time; a question that panics is answered with an
//! error, and the next one is heard; nothing is known here of what an answer says.
//!
//! Start with [`Answers`] and the [`Server`] of them, then [`over_stdio`] and [`over_http`]. Tests serve
//! another handler in the same way: one with everything that the public suite of the protocol asks for.

mod kept;
mod prompts;
mod serve;
mod server;

use serde_json::{Map, Value};

pub use kept::Kept;
pub use serve::{over_http, over_stdio};
pub use server::Server;

/// Arguments of a call, by name.
pub type Arguments = Map<String, Value>;

/// Whoever knows.
pub trait Answers: Send + Sync + 'static {
    /// What may be asked, in the order of lists. All of it only reads.
    fn tools(&self) -> Vec<Tool>;

    /// The answer of a tool, or a sentence that says why there is none; both as they may leave this
    /// machine.
    fn answer(&self, tool: &str, arguments: &Arguments) -> Result<Value, String>;
}

/// One thing that may be asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Tool {
    pub name: &'static str,
    pub title: &'static str,
    /// What it answers, in a sentence or two.
    pub about: &'static str,
    /// The JSON Schema of its arguments.
    pub input: Value,
    /// The JSON Schema of what of an answer a client may rely on.
    pub output: Value,
}
