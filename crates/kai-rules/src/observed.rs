//! What a rule says: hazards, and what it could not tell.

use kai_core::{ComponentId, Hazard, OriginId, Waiver};

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

    /// Takes what a rule said of a component that makes an exception, if it makes one.
    pub(crate) fn take(&mut self, said: Self, waiver: Option<&Waiver>) {
        let hazards = said.hazards.into_iter();
        self.hazards.extend(hazards.map(|it| it.waived(waiver.cloned())));
        self.doubts.extend(said.doubts);
    }

    pub(crate) fn doubt(&mut self, doubt: Doubt) {
        self.doubts.push(doubt);
    }
}
