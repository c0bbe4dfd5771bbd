//! What is wrong with the input, as a value.

use crate::Span;

/// Something in the user's text that Kai could not use. The rest of the run goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// None when the input has no text (an unreadable file).
    pub span: Option<Span>,
    /// Where there is no span: the path it is about.
    pub path: Option<camino::Utf8PathBuf>,
    /// What is wrong, with names: one sentence, no full stop.
    pub message: String,
    /// What to do about it: one sentence, no full stop.
    pub remedy: String,
}

impl Problem {
    #[must_use]
    pub fn at(span: Span, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { span: Some(span), path: None, message: message.into(), remedy: remedy.into() }
    }

    #[must_use]
    pub fn in_file(
        path: impl Into<camino::Utf8PathBuf>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self { span: None, path: Some(path.into()), message: message.into(), remedy: remedy.into() }
    }
}
