//! Arrows as they are found.

use std::collections::BTreeMap;

use kai_core::{ComponentId, Environment, OriginId, SmolStr};
use kai_graph::{Component, ComponentKind, Dependency, DependencyKind, Strength};

use super::index::Index;

/// Collects arrows, and makes the components outside of what was read that they end in.
pub(super) struct Arrows<'a> {
    pub(super) index: &'a Index<'a>,
    found: Vec<Dependency>,
    outside: Vec<Component>,
    outside_ids: BTreeMap<(Environment, &'static str, SmolStr), ComponentId>,
}

impl<'a> Arrows<'a> {
    pub(super) fn new(index: &'a Index<'a>) -> Self {
        Self { index, found: Vec::new(), outside: Vec::new(), outside_ids: BTreeMap::new() }
    }

    pub(super) fn add(
        &mut self,
        source: ComponentId,
        target: ComponentId,
        kind: DependencyKind,
        strength: Strength,
        origin: OriginId,
    ) {
        if source != target {
            self.found.push(Dependency { source, target, kind, strength, origin });
        }
    }

    /// Somebody else's system, one for each name and environment.
    pub(super) fn outside(
        &mut self,
        from: &Component,
        kind: &'static str,
        name: &str,
        origin: OriginId,
    ) -> ComponentId {
        let key = (self.index.environment(from.root), kind, SmolStr::new(name));
        if let Some(&id) = self.outside_ids.get(&key) {
            return id;
        }
        let at = self.index.components.len() + self.outside.len();
        let id = ComponentId(u32::try_from(at).expect("components are fewer than bytes of text"));
        let mut component =
            Component::named(ComponentKind::ExternalSystem, kind, name, from.root, origin);
        component.id = id;
        self.outside.push(component);
        self.outside_ids.insert(key, id);
        id
    }

    pub(super) fn so_far(&self) -> &[Dependency] {
        &self.found
    }

    /// Between two components one arrow of each kind: the hardest, and of equals the first.
    pub(super) fn finish(self) -> (Vec<Dependency>, Vec<Component>) {
        let mut found = self.found;
        found.sort_by_key(|it| (it.source, it.target, it.kind, it.strength));
        found.dedup_by_key(|it| (it.source, it.target, it.kind));
        (found, self.outside)
    }
}
