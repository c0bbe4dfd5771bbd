//! Why a claim does not stand.

use std::fmt;

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// It cites nothing.
    NoEvidence,
    /// It cites what was never shown in this session.
    NotShown(String),
    /// A name, a path or a word of substance.
    Word(String),
    Number(String),
    /// One thing is said to be the reason for another, and no path of the graph is cited.
    NoPath(String),
    /// A path is cited that does not lead from the one to the other.
    OtherPath {
        effect: String,
        cause: String,
    },
    /// Names of which it says something together, and no single piece of evidence does.
    Joined(Vec<String>),
    /// It denies, and the evidence does not deny that.
    Denies,
    /// The evidence denies, and it does not.
    DoesNotDeny,
    /// A recommendation without a command that shows whether it worked.
    NoVerify,
    /// The command is no shell, or does more than look.
    Verify(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoEvidence => write!(f, "it cites no evidence"),
            Self::NotShown(id) => write!(f, "`{id}` was not shown in this session"),
            Self::Word(it) => write!(f, "`{it}` is not in the evidence that it cites"),
            Self::Number(it) => write!(f, "the number `{it}` is not in the evidence that it cites"),
            Self::NoPath(it) => {
                write!(f, "`{it}` says why, and no path of the graph is among its evidence")
            }
            Self::OtherPath { effect, cause } => {
                write!(f, "no path that it cites leads from `{effect}` to `{cause}`")
            }
            Self::Joined(names) => {
                let names: Vec<String> = names.iter().map(|it| format!("`{it}`")).collect();
                write!(f, "no single piece of its evidence holds {}", names.join(" and "))
            }
            Self::Denies => {
                write!(f, "it denies something, and its evidence does not deny that of it")
            }
            Self::DoesNotDeny => write!(f, "its evidence denies something, and it does not"),
            Self::NoVerify => {
                write!(f, "a recommendation needs `verify`, a command that only reads")
            }
            Self::Verify(reason) => write!(f, "`verify` is no command that only reads: {reason}"),
        }
    }
}
