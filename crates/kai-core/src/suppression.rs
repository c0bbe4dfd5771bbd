//! Findings that somebody who knows the system has accepted.

use crate::{Date, Finding, Location};

/// A finding that is true and accepted. It is counted and never ranked.
#[derive(Debug, Clone)]
pub struct Suppressed {
    /// Its rank is 0.
    pub finding: Finding,
    pub by: Suppression,
}

/// Who accepted a finding, where and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Suppression {
    pub kind: SuppressionKind,
    /// The words of whoever accepted it, never empty.
    pub reason: String,
    /// Where it is said.
    pub location: Location,
    /// The first day on which it no longer holds.
    pub until: Option<Date>,
}

/// How a finding is accepted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SuppressionKind {
    /// `# kai: allow(rule) -- reason`, in the text.
    Comment,
    /// An entry of `kai.yaml`.
    Settings,
    /// What silences the same check of another tool: its name and its check.
    Tool { tool: &'static str, check: String },
}

impl SuppressionKind {
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Settings => "kai.yaml",
            Self::Tool { tool, .. } => tool,
        }
    }
}
