//! Standard output and error, and what they can show.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use anstream::{AutoStream, ColorChoice};

use crate::command_line::When;
use crate::error::Error;

/// Set once a reader has hung up.
static IS_LEFT: AtomicBool = AtomicBool::new(false);

/// Prints text; a reader that hung up has what it wanted.
pub(crate) fn print(text: &str) -> Result<(), Error> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(source) if source.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::WriteOutput { source })
        }
        Err(_) => {
            IS_LEFT.store(true, Ordering::Relaxed);
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

/// True where whoever read has hung up, so that more work is for nobody.
pub(crate) fn is_left() -> bool {
    IS_LEFT.load(Ordering::Relaxed)
}

/// A line for people, beside the data.
pub(crate) fn note(text: &str) {
    // When standard error is closed there is nobody to tell.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Prints why the run stopped.
pub(crate) fn failure(error: &Error) -> ExitCode {
    note(&format!("kai: {}", error.chain()));
    error.code()
}

/// Prints the help that was asked for, or what is wrong with the command line.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// True when standard output should be coloured.
pub(crate) fn has_color(when: When) -> bool {
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto => AutoStream::choice(&io::stdout()) != ColorChoice::Never,
    }
}

/// The width of a page: as wide as the terminal, but never too wide to read.
pub(crate) fn width() -> usize {
    let declared = std::env::var("COLUMNS").ok().and_then(|it| it.parse().ok());
    let shown = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    declared.or_else(shown).unwrap_or(100).clamp(60, 120)
}

/// True when standard output is shown to somebody.
pub(crate) fn is_shown() -> bool {
    io::stdout().is_terminal()
}

/// True when somebody watches standard error.
pub(crate) fn is_watched() -> bool {
    io::stderr().is_terminal()
}
