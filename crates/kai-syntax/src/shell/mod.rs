//! Shell scripts as the commands that they run.
//!
//! What must always hold: a script that cannot be read gives no command, never half of one; places are
//! bytes of the script.
//!
//! Start with [`parse`].

mod parse;
#[cfg(test)]
mod tests;

pub use parse::{Command, Handling, Script, Word, parse};
