//! Why Go does not take a pattern.

use std::fmt;

/// What is wrong, and the part of the pattern where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError {
    pub fault: PatternFault,
    pub part: String,
}

impl PatternError {
    pub(super) fn new(fault: PatternFault, part: impl Into<String>) -> Self {
        Self { fault, part: part.into() }
    }
}

/// As Go's `regexp` prints it.
impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error parsing regexp: {}: `{}`", self.fault, self.part)
    }
}

impl std::error::Error for PatternError {}

/// The codes of Go's `regexp/syntax`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatternFault {
    ClassRange,
    DuplicateName,
    Escape,
    GroupName,
    MissingBracket,
    MissingParenthesis,
    MissingRepeatArgument,
    NestedRepeat,
    PerlSyntax,
    RepeatSize,
    TooDeep,
    TooLarge,
    TrailingBackslash,
    UnexpectedParenthesis,
}

impl fmt::Display for PatternFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ClassRange => "invalid character class range",
            Self::DuplicateName => "duplicate capture group name",
            Self::Escape => "invalid escape sequence",
            Self::GroupName => "invalid named capture",
            Self::MissingBracket => "missing closing ]",
            Self::MissingParenthesis => "missing closing )",
            Self::MissingRepeatArgument => "missing argument to repetition operator",
            Self::NestedRepeat => "invalid nested repetition operator",
            Self::PerlSyntax => "invalid or unsupported Perl syntax",
            Self::RepeatSize => "invalid repeat count",
            Self::TooDeep => "expression nests too deeply",
            Self::TooLarge => "expression too large",
            Self::TrailingBackslash => "trailing backslash at end of expression",
            Self::UnexpectedParenthesis => "unexpected )",
        })
    }
}
