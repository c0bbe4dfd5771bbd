//! Whether a text says that something is not so.

use kai_core::{Evidence, EvidenceKind};

use super::words::{normal, tokens};

const DENIALS: &[&str] = &[
    "no",
    "not",
    "never",
    "none",
    "nothing",
    "nobody",
    "nowhere",
    "neither",
    "nor",
    "without",
    "cannot",
    "can't",
    "won't",
    "don't",
    "doesn't",
    "didn't",
    "isn't",
    "aren't",
    "wasn't",
    "weren't",
    "hasn't",
    "haven't",
    "shouldn't",
    "couldn't",
    "wouldn't",
    "lack",
    "lacks",
    "lacking",
    "missing",
    "absent",
];

pub(super) fn is_denial(word: &str) -> bool {
    DENIALS.contains(&word)
}

/// In words of one spelling.
pub(super) fn denies(words: &[&str]) -> bool {
    words.iter().any(|it| is_denial(it))
}

pub(super) fn evidence_denies(evidence: &Evidence) -> bool {
    evidence.kind == EvidenceKind::Absence || denies(&tokens(&normal(&evidence.text)))
}
