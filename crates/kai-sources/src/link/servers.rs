//! Databases behind a server that is a thing of its own: who calls the server calls them.

use std::collections::BTreeMap;

use kai_core::{ComponentId, OriginId};
use kai_graph::{DependencyKind, Facts, Strength};

use super::arrows::Arrows;
use super::stores::Stores;

/// Links servers with their databases. Which of several a caller needs is not told by the address.
pub(super) fn link(arrows: &mut Arrows<'_>, stores: &Stores<'_>) {
    let mut behind: BTreeMap<ComponentId, Vec<(ComponentId, OriginId)>> = BTreeMap::new();
    for component in arrows.index.components {
        let Facts::ManagedDatabase(facts) = &component.facts else { continue };
        let named = facts.server.as_ref().and_then(|it| Some((it.resource()?, it.origin)));
        let Some((to, origin)) = named else { continue };
        if let Some(server) = stores.target(to, component.root, arrows) {
            behind.entry(server).or_default().push((component.id, origin));
        }
    }
    for (server, databases) in behind {
        let is_only = databases.len() == 1;
        let strength = if is_only { Strength::Hard } else { Strength::Soft };
        for (database, origin) in databases {
            arrows.add(server, database, DependencyKind::Calls, strength, origin);
        }
    }
}
