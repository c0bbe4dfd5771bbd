//! What the user says, held against what was found.
//!
//! Findings are accepted and levels given before anything is ranked; what is said and matches
//! nothing is a problem, so that it cannot rot.

mod accepted;
mod unmatched;

pub(crate) use accepted::Accepted;
pub(crate) use unmatched::unmatched;
