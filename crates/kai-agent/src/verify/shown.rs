//! What a model was shown.

use std::collections::{BTreeMap, BTreeSet};

use kai_core::Evidence;

/// The evidence of one session, under its names, and the names of all components that there are.
///
/// Only the engine adds to it: a text that looks like evidence is none.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    by_name: BTreeMap<String, Evidence>,
    names: BTreeSet<String>,
}

impl Shown {
    /// Nothing yet, of a system with these components.
    #[must_use]
    pub fn new(names: impl IntoIterator<Item = String>) -> Self {
        let names = names.into_iter().map(|it| it.to_lowercase()).collect();
        Self { by_name: BTreeMap::new(), names }
    }

    /// What was shown in part before is known by all of its parts.
    pub fn add(&mut self, evidence: Evidence) {
        let Some(known) = self.by_name.get_mut(&evidence.name()) else {
            self.by_name.insert(evidence.name(), evidence);
            return;
        };
        known.details.extend(
            evidence
                .details
                .into_iter()
                .filter(|it| !known.details.contains(it))
                .collect::<Vec<_>>(),
        );
        known.places.extend(
            evidence.places.into_iter().filter(|it| !known.places.contains(it)).collect::<Vec<_>>(),
        );
    }

    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Evidence> {
        self.by_name.get(name)
    }

    pub fn all(&self) -> impl Iterator<Item = &Evidence> {
        self.by_name.values()
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.by_name.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// True for the name of a component, in small letters.
    pub(super) fn is_component(&self, word: &str) -> bool {
        self.names.contains(word)
    }
}
