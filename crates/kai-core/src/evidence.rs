//! Facts that sentences may rest on, and their names, made from their content.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::Location;

/// A content-addressed name with 64 bits: equal across runs and machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EvidenceId(pub u64);

impl fmt::Display for EvidenceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// What kind of fact it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EvidenceKind {
    /// Something is written somewhere.
    Span,
    /// The register holds a finding.
    Finding,
    /// One component leads to another, arrow by arrow.
    Path,
    /// A number, with its arithmetic.
    Number,
    /// Something is not declared where it was searched.
    Absence,
}

/// A fact that a sentence may rest on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// From all that follows but the lines of places, so that it survives edits elsewhere in a file.
    pub id: EvidenceId,
    pub kind: EvidenceKind,
    /// What it is a fact of, as people name it: `Deployment/ledger`; empty for the whole system.
    pub subject: String,
    /// The smallest text to cite; never a secret's bytes.
    pub text: String,
    /// Arrows of a path, terms of a number, the scope of an absence.
    pub details: Vec<String>,
    /// Where it stands, the line to cite first.
    pub places: Vec<Location>,
}

impl Evidence {
    /// A fact under the name that its content gives it.
    #[must_use]
    pub fn new(
        kind: EvidenceKind,
        subject: impl Into<String>,
        text: impl Into<String>,
        details: Vec<String>,
        places: Vec<Location>,
    ) -> Self {
        let (subject, text) = (subject.into(), text.into());
        let mut parts = vec!["evidence", kind.as_str(), &subject, &text];
        parts.extend(details.iter().map(String::as_str));
        parts.extend(places.iter().map(|it| it.path.as_str()));
        let id = content_id(&parts);
        Self { id, kind, subject, text, details, places }
    }

    /// The name by which people ask for it: `E-18c04ba05abaa2c2`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("E-{}", self.id)
    }
}

impl EvidenceKind {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Span => "span",
            Self::Finding => "finding",
            Self::Path => "path",
            Self::Number => "number",
            Self::Absence => "absence",
        }
    }
}

/// Hashes the parts of a fact. Parts are kept apart, so `["ab", "c"]` and `["a", "bc"]` differ.
#[must_use]
pub fn content_id(parts: &[&str]) -> EvidenceId {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let digest = hasher.finalize();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    EvidenceId(u64::from_be_bytes(first))
}
