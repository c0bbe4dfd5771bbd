//! Colour, where the reader's terminal has it.

use kai_core::Level;

/// What a piece of text is, so that a colour can stress what the words already say.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ink {
    Heading,
    Good,
    Path,
    Label,
    Level(Level),
}

/// Wraps text in an escape sequence, or leaves it alone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paint {
    pub(super) color: bool,
}

impl Paint {
    pub(super) fn ink(self, ink: Ink, text: &str) -> String {
        if !self.color || text.is_empty() {
            return text.to_owned();
        }
        format!("\u{1b}[{}m{text}\u{1b}[0m", code(ink))
    }
}

fn code(ink: Ink) -> &'static str {
    match ink {
        Ink::Heading => "1",
        Ink::Good => "32",
        Ink::Path => "36",
        Ink::Label => "2",
        Ink::Level(Level::Critical) => "1;31",
        Ink::Level(Level::High) => "31",
        Ink::Level(Level::Medium) => "33",
        Ink::Level(Level::Low) => "34",
    }
}
