//! Facts that may be unknown.

use crate::OriginId;

/// A value and where it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Traced<T> {
    pub value: T,
    pub origin: OriginId,
}

/// A fact, or why there is none. Silence is decided by who reads it, never defaulted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known<T> {
    Value(Traced<T>),
    Unknown(Reason),
}

/// Why a fact is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The object was read and leaves it out, and the API has no default for it.
    NotDeclared,
    /// A template's hole stands there.
    Templated,
    /// Computed when the configuration is applied.
    ComputedAtApply,
    /// An autoscaler decides it.
    LeftToAutoscaler,
    /// It is defined outside what was read (a remote base or chart, an operator).
    NotInRepository,
    /// The dump or the query does not hold it.
    NotCollected,
    /// The API refused to tell.
    Refused,
    /// The text is there and has the wrong type or a value that cannot be read.
    Unreadable,
}

/// Nothing declares it.
impl<T> Default for Known<T> {
    fn default() -> Self {
        Self::Unknown(Reason::NotDeclared)
    }
}

impl<T> Known<T> {
    #[must_use]
    pub fn new(value: T, origin: OriginId) -> Self {
        Self::Value(Traced { value, origin })
    }

    /// The value with its origin, if known.
    #[must_use]
    pub fn traced(&self) -> Option<&Traced<T>> {
        if let Self::Value(traced) = self { Some(traced) } else { None }
    }

    /// The value, if known.
    #[must_use]
    pub fn value(&self) -> Option<&T> {
        self.traced().map(|it| &it.value)
    }

    /// The same fact said of something made from the value; an unknown stays unknown.
    #[must_use]
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Known<U> {
        match self {
            Self::Value(Traced { value, origin }) => Known::new(make(value), origin),
            Self::Unknown(reason) => Known::Unknown(reason),
        }
    }

    /// This fact, or the other one where nothing declares this one.
    #[must_use]
    pub fn or(self, other: impl FnOnce() -> Self) -> Self {
        if self.is_not_declared() { other() } else { self }
    }

    #[must_use]
    pub fn is_not_declared(&self) -> bool {
        matches!(self, Self::Unknown(Reason::NotDeclared))
    }
}

impl Reason {
    /// The reason as the end of a sentence: "not known: …".
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotDeclared => "not declared here",
            Self::Templated => "a template fills it in",
            Self::ComputedAtApply => "computed when it is applied",
            Self::LeftToAutoscaler => "left to an autoscaler",
            Self::NotInRepository => "defined outside what was read",
            Self::NotCollected => "not collected",
            Self::Refused => "the API refused to tell",
            Self::Unreadable => "what is written cannot be read",
        }
    }
}
