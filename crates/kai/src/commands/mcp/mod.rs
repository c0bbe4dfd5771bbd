//! `kai mcp`: what Kai knows, for clients of the Model Context Protocol.
//!
//! What must always hold: every tool only reads, below the folder that was fixed at the start; every
//! text on its way out passes `seal`; lists are the same bytes each time. tokio lives in `serve` alone.
//!
//! Start with [`run`], then `catalog` and `answers`.

mod answers;
mod catalog;
mod index;
mod page;
mod prompts;
mod serve;
mod server;

pub(super) use serve::run;
