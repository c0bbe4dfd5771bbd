//! The binary: command line, files, terminal.
//!
//! The only crate that reads files, the environment and clocks; everything it prints is made by
//! `kai-report`. What must always hold: data goes to standard output and the rest to standard
//! error, a reader that hangs up is no error, and no input makes it panic.
//!
//! Start with [`command_line`], then [`commands`].

#![expect(
    clippy::disallowed_methods,
    reason = "the binary alone reads files, the environment and clocks"
)]

mod charts;
mod clock;
mod command_line;
mod commands;
mod disk;
mod edited;
mod engineer;
mod error;
mod file_stamp;
mod git;
#[cfg(unix)]
mod hook_line;
mod inputs;
mod output;
mod pipeline;
mod progress;
mod repositories;
mod settings;
mod terminal;
mod timings;
mod walk;

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;

use crate::command_line::CommandLine;

/// Trees are millions of small values made on one thread and dropped on another; a review costs a
/// fifth less than with the allocator of the C library.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let command_line = match CommandLine::try_parse() {
        Ok(command_line) => command_line,
        Err(error) => return terminal::usage(&error),
    };
    match commands::run(command_line) {
        Ok(code) => code,
        Err(error) => terminal::failure(&error),
    }
}
