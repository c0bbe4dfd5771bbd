//! Why a document cannot be read, in words that say what to do.

use granit_parser::{ErrorKind, ScanError};
use kai_core::{Document, Problem, Span};

use super::parse::offset;

/// Why a document cannot be read.
#[derive(Debug)]
pub(super) struct Refusal {
    pub at: usize,
    pub message: String,
    pub remedy: &'static str,
}

impl Refusal {
    pub(super) fn new(at: usize, message: impl Into<String>, remedy: &'static str) -> Self {
        Self { at, message: message.into(), remedy }
    }

    pub(super) fn problem(self, document: &Document) -> Problem {
        let at = u32::try_from(self.at.min(document.text.len())).unwrap_or(u32::MAX);
        let span = Span { document: document.id, start: at, end: at };
        Problem::at(span, self.message, self.remedy)
    }
}

impl From<&ScanError> for Refusal {
    fn from(error: &ScanError) -> Self {
        let at = offset(error.marker());
        match known(error.kind()) {
            Some((message, remedy)) => Self::new(at, message, remedy),
            None => Self::new(
                at,
                format!("this is not valid YAML: {}", error.info()),
                "correct the syntax at this line",
            ),
        }
    }
}

/// The mistakes that people make, as they would say them.
fn known(kind: &ErrorKind) -> Option<(String, &'static str)> {
    use ErrorKind as Kind;
    let (message, remedy) = match kind {
        Kind::TabNotAllowed
        | Kind::TabInBlockIndentation
        | Kind::TabInIndentation
        | Kind::TabAtBlockScalarStart => {
            ("a tab stands where only spaces can indent", "indent with spaces")
        }
        Kind::UnclosedQuotedScalar | Kind::DocumentIndicatorInQuotedScalar => {
            ("the quote that opens here is never closed", "close the quote")
        }
        Kind::InvalidTrailingSingleQuotedScalar | Kind::InvalidTrailingDoubleQuotedScalar => (
            "something follows the closing quote of a value",
            "put the whole value in quotes, and escape the quotes in it",
        ),
        Kind::UnknownQuotedScalarEscape => (
            "the double quotes hold an escape that YAML does not know",
            "write the backslash twice, or use single quotes",
        ),
        Kind::MappingValueNotAllowed
        | Kind::MappingKeyNotAllowed
        | Kind::InvalidColonPlacement
        | Kind::SimpleKeyExpected
        | Kind::InvalidSimpleKey => (
            "a key stands where none can be",
            "correct the indentation of this line or of the one before, or quote the value that \
             holds the colon",
        ),
        Kind::InvalidIndentation
        | Kind::ExpectedBlockMappingKey
        | Kind::ExpectedBlockSequenceEntry
        | Kind::BlockSequenceEntryNotAllowed => (
            "this line continues nothing that is open above it",
            "align it with the keys or items that it belongs to",
        ),
        Kind::ExpectedFlowMappingSeparator | Kind::ExpectedFlowSequenceSeparator => (
            "a comma or a closing bracket is expected here",
            "separate the values with commas, or quote the value that holds a bracket or comma",
        ),
        Kind::UnknownAnchor => (
            "this alias names an anchor that is not defined above",
            "define the anchor, or quote the text if it is no alias",
        ),
        Kind::UnclosedFlowCollection { open } => {
            return Some((format!("this `{open}` is never closed"), "close the bracket"));
        }
        Kind::UnexpectedCharacter { character } => {
            let message = format!("a plain value cannot start with `{character}`");
            return Some((message, "put the value in quotes"));
        }
        Kind::RecursionLimitExceeded => ("values are nested too deeply", "flatten the document"),
        _ => return None,
    };
    Some((message.to_owned(), remedy))
}
