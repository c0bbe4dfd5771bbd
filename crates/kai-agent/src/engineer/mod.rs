//! The engineer with a model: a machine that is told what happened and says what to do next.
//!
//! ```text
//!            ask(question)
//!                 │
//!                 ▼                 answered
//!          ┌── Step::Ask ────────────────────────┐
//!          │      ▲                               ▼
//!   failed,│      │ ran                     calls of tools ── answer ──► verify ──► stands, or repaired once
//!   budget │      └────── Step::Run ◄─────────────┘                                      │
//!          ▼                                                                             ▼
//!      Step::Done (the answer without a model)                                     Step::Done
//! ```
//!
//! It does no input and output, reads no clock and starts nothing: who drives it asks the model, runs the
//! tools and looks at the time. What must always hold: a call of a tool runs only from an answer that is
//! complete; what changes something runs alone; every call gets one result; nothing is an answer but claims that
//! [`verify`](crate::verify) lets stand; where a budget ends or the provider fails it says so and stops.
//!
//! Start with [`Engineer::next`], in `agent_loop.rs`.

mod agent_loop;
mod budget;
mod compact;
mod finish;
mod outcome;
mod prompt;
mod repeats;
mod step;
mod work;

pub use agent_loop::{Engineer, Setup};
pub use budget::{Budget, Limit, Spent};
pub use finish::{ANSWER, answer_tool};
pub use outcome::{Ending, Outcome, Why};
pub use prompt::system;
pub use step::{Happened, Ran, Step};
pub(crate) use work::repaired;

#[cfg(test)]
mod tests;
