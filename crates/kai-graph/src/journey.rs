//! What users do, and what that needs.

use kai_core::ComponentId;

use crate::Strength;

/// An entry point and what it needs.
#[derive(Debug, Clone)]
pub struct Journey {
    pub entry: ComponentId,
    /// As people know it: a host and path, a service's name.
    pub name: String,
    /// Every component it reaches, by id, with the strength of the weakest arrow on the strongest way.
    pub needs: Vec<Need>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    pub component: ComponentId,
    pub strength: Strength,
}

impl Journey {
    /// How the journey needs the component, if it does.
    #[must_use]
    pub fn need(&self, component: ComponentId) -> Option<Strength> {
        let at = self.needs.binary_search_by_key(&component, |it| it.component).ok()?;
        Some(self.needs[at].strength)
    }
}
