//! Objects of one set are told apart by their ids.

use kai_core::{Lookup, OriginId};

use super::resource::{Id, Resource};
use crate::Refusal;

/// The ids of a set, to find twins.
pub(crate) struct Ids {
    seen: Lookup<Id, ()>,
}

impl Ids {
    pub(crate) fn of(resources: &[Resource]) -> Self {
        let mut seen = Lookup::new();
        for resource in resources {
            seen.insert(resource.id().key(), ());
        }
        Self { seen }
    }

    /// Notes one more object.
    ///
    /// # Errors
    /// Another one has its id.
    pub(crate) fn add(&mut self, resource: &Resource, at: OriginId) -> Result<(), Refusal> {
        let id = resource.id();
        if self.seen.insert(id.key(), ()).is_some() {
            let message =
                format!("may not add resource with an already registered id: {}", id.describe());
            return Err(Refusal::at(at, message));
        }
        Ok(())
    }
}

/// Refuses two objects of one id.
pub(crate) fn refuse_twins(resources: &[Resource], at: OriginId) -> Result<(), Refusal> {
    let mut ids = Ids { seen: Lookup::new() };
    resources.iter().try_for_each(|it| ids.add(it, at))
}
