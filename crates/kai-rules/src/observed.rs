//! What a rule says: hazards, and what it could not tell.

use kai_core::{ComponentId, Hazard, OriginId};

/// Everything that rules said, in the order of rules and components.
#[derive(Debug, Default)]
pub struct Observed {
    pub hazards: Vec<Hazard>,
    pub doubts: Vec<Doubt>,
}

/// A question that a rule could not answer from what was read. Reports group them by `question`.
#[derive(Debug, Clone)]
pub struct Doubt {
    /// The rule's id.
    pub rule: &'static str,
    pub component: ComponentId,
    /// The same words for every component: "whether a datastore is backed up".
    pub question: &'static str,
    /// Why it is open, the same words for the same cause: "backups may be made outside".
    pub reason: String,
    pub at: OriginId,
}

impl Observed {
    pub(crate) fn push(&mut self, hazard: Hazard) {
        self.hazards.push(hazard);
    }

    pub(crate) fn doubt(&mut self, doubt: Doubt) {
        self.doubts.push(doubt);
    }
}
