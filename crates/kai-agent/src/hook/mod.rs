//! What is said before an agent runs a command.

mod concern;
mod decide;
mod infrastructure;
mod target;
mod wire;

pub use concern::{Concern, concern, unread};
pub use decide::{Decision, decide, decide_alone};
pub(crate) use infrastructure::{is_infrastructure, is_named_in};
pub use target::{Target, find};
pub use wire::{Request, answer, request};
