//! Why there is no answer.

use std::error::Error;
use std::fmt;
use std::time::Duration;

/// Why there is no answer. Nothing of it holds a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub kind: FailureKind,
    /// One sentence for people; the provider's own words where it had some.
    pub message: String,
    /// What the provider calls it.
    pub name: Option<String>,
    /// A number or a word that the provider gives it.
    pub code: Option<String>,
    /// The status of HTTP, where one came.
    pub status: Option<u16>,
    /// How long the provider asks to wait.
    pub wait: Option<Duration>,
    /// Whether the same request may succeed later.
    pub is_repeatable: bool,
    /// The text that arrived before. It is no answer.
    pub partial: String,
}

/// What was in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// There is no key, or it is not accepted, or may not do this.
    Auth,
    /// The account has nothing left.
    Quota,
    /// Too many requests; see `wait`.
    RateLimited,
    /// The provider has too much to do.
    Overloaded,
    /// The conversation does not fit. Compact it, do not repeat it.
    ContextTooLong,
    /// The provider says why it could not, in other words than the above.
    Provider,
    /// A status without a readable reason.
    Status,
    /// No connection, or it broke before an answer began.
    Network,
    /// Nothing came for too long.
    TimedOut,
    /// The answer began and did not end.
    Truncated,
    /// The answer has nothing in it.
    Empty,
    /// A part of the answer cannot be read.
    Malformed,
    /// The bytes do not hold what their encoding says.
    Encoding,
    /// Something answered that is no model: a page, a portal.
    NotAnAnswer,
    /// More than an answer may have.
    TooLarge,
    /// The parts of the answer contradict each other.
    Protocol,
    /// The address leads elsewhere, and keys do not follow.
    Redirected,
    /// The user stopped it.
    Cancelled,
}

impl Failure {
    #[must_use]
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            name: None,
            code: None,
            status: None,
            wait: None,
            is_repeatable: kind.is_repeatable(),
            partial: String::new(),
        }
    }
}

impl FailureKind {
    /// Whether the same request may succeed later, unless the provider says otherwise.
    #[must_use]
    pub fn is_repeatable(self) -> bool {
        matches!(
            self,
            Self::RateLimited
                | Self::Overloaded
                | Self::Network
                | Self::TimedOut
                | Self::Truncated
                | Self::Empty
                | Self::Malformed
                | Self::Encoding
        )
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Failure {}
