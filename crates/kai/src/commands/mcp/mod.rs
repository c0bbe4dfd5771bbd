//! `kai mcp`: what Kai knows, for clients of the Model Context Protocol.
//!
//! What must always hold: every tool only reads, below the folder that was fixed at the start; every
//! text on its way out passes `seal`; lists are the same bytes each time. tokio lives in `serve` alone.
//!
//! The engineer with a model asks the same tools (`crate::engineer`).
//!
//! Start with [`run`], then `catalog` and `answers`.

mod answers;
mod catalog;
mod index;
mod page;
mod prompts;
mod serve;
mod server;

pub(crate) use answers::answer;
pub(crate) use catalog::tools_of_engineer as tools;
pub(crate) use index::Index;
pub(super) use serve::run;
pub(crate) use server::sealed;
