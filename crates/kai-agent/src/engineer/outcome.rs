//! What became of a question.

use std::fmt;

use super::budget::{Limit, Spent};
use crate::verify::{Claim, Refused};

/// How it ended, and what stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    pub ending: Ending,
    /// Each carried by evidence that was shown.
    pub claims: Vec<Claim>,
    /// What the model said and its evidence does not carry.
    pub unsupported: Vec<Refused>,
    /// What would have to be looked at where nothing stands.
    pub to_collect: Vec<String>,
    pub spent: Spent,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    Answered,
    /// No claim stands.
    Inconclusive,
    /// The model did not come to an end; Kai answers without it.
    Without(Why),
    Cancelled,
}

/// Why the model did not come to an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    Budget(Limit),
    /// The provider's sentence.
    Failed(String),
    Refused(String),
    /// It called the same tool with the same arguments, over and over.
    Repeats(String),
    /// It said something, and not with the tool that ends an answer.
    NoAnswer,
    TooLong,
    /// It called tools that there are not, or gave them no arguments, over and over.
    NoCalls,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Budget(limit) => write!(f, "{limit}"),
            Self::Failed(reason) => write!(f, "the provider failed: {reason}"),
            Self::Refused(reason) if reason.is_empty() => write!(f, "the model would not answer"),
            Self::Refused(reason) => write!(f, "the model would not answer: {reason}"),
            Self::Repeats(tool) => {
                write!(f, "the model called `{tool}` with the same arguments over and over")
            }
            Self::NoAnswer => write!(f, "the model gave no claims"),
            Self::NoCalls => write!(f, "the model made no call that could be read, over and over"),
            Self::TooLong => write!(f, "the conversation does not fit the model"),
        }
    }
}
