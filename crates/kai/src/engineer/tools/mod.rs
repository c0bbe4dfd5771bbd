//! The tools of the engineer.
//!
//! What must always hold: no tool does anything that `kai_agent::permit` does not allow, or the user did not; what it read is
//! sealed before it is a result; only what stands in a result is evidence.
//!
//! Start with [`Toolbox::run`].

mod beneath;
mod catalog;
mod evidence;
mod fetch;
mod files;
mod helper;
mod reach;
mod search;
mod shell;
mod toolbox;

pub(crate) use catalog::writers;
pub(crate) use toolbox::{Question, Toolbox};

#[cfg(test)]
mod tests;
