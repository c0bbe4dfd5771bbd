//! What stops with an object.

use kai_core::{ComponentId, Root};
use kai_graph::System;
use kai_sources::terraform::{enclosing, label};

/// What the graph knows of an object.
#[derive(Debug, Default)]
pub(super) struct Reach {
    pub(super) component: Option<String>,
    pub(super) journeys: Vec<String>,
    pub(super) dependants: Vec<String>,
}

/// The component that an address is, or the call of the module that it is in.
pub(super) fn of(system: &System, roots: &[&Root], address: &str) -> Reach {
    let Some(id) = component(system, roots, address) else { return Reach::default() };
    let mut journeys: Vec<String> =
        system.journeys_that_need(id).map(|it| it.name.clone()).collect();
    journeys.dedup();
    let mut dependants: Vec<String> =
        system.fails_with(id).into_iter().map(|it| system.component(it).label()).collect();
    dependants.sort();
    dependants.dedup();
    let component = Some(system.component(id).label());
    Reach { component, journeys, dependants }
}

fn component(system: &System, roots: &[&Root], address: &str) -> Option<ComponentId> {
    let mut at = address.to_owned();
    loop {
        let (kind, name) = label(&at)?;
        let found = roots.iter().find_map(|root| {
            system.held(root.id, &kind, "").find(|it| it.name == name).map(|it| it.id)
        });
        if found.is_some() {
            return found;
        }
        at = enclosing(&at)?;
    }
}
