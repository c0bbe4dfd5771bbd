//! GitHub's workflow commands: a line of the log becomes an annotation at a line of a file.
//!
//! What must always hold: no text of a reviewed file ends a command or begins another one, and no more
//! annotations are written than GitHub shows of one step, so that the worst are among them.

mod command;

#[cfg(test)]
mod tests;

pub use command::review;
