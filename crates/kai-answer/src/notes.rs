//! What answers have found out and the next ones need again.

use std::sync::OnceLock;

use crate::case::Case;
use crate::lines::Lines;
use crate::question::Names;

/// Kept for one reading and dropped with it: what is here was found in that one, when an answer first
/// needed it.
#[derive(Debug, Default)]
pub struct Notes {
    pub(crate) lines: Lines,
    names: OnceLock<Names>,
}

impl Notes {
    /// Everything that a question can name.
    pub(crate) fn names(&self, case: Case<'_>) -> &Names {
        self.names.get_or_init(|| Names::of(case))
    }
}
