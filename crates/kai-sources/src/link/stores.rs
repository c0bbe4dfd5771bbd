//! What holds data and messages of others, as clouds run it, by the address that Terraform has for it.

use std::collections::BTreeMap;

use kai_core::{ComponentId, RootId};
use kai_graph::{
    Component, ComponentKind, DependencyKind, Facts, GivenAddress, ResourceRef, Strength,
};

use super::arrows::Arrows;
use super::words;

/// Databases, caches, queues and buckets by type and name.
pub(super) struct Stores<'a>(BTreeMap<(&'a str, &'a str), Vec<(RootId, ComponentId)>>);

impl<'a> Stores<'a> {
    pub(super) fn of(components: &'a [Component]) -> Self {
        Self::of_those(components.iter().filter(|it| is_store(it)))
    }

    /// Whatever a cloud makes, for plans that copy more than stores.
    pub(super) fn of_all(components: &'a [Component]) -> Self {
        let is_made = |it: &&Component| it.api_version.is_empty();
        Self::of_those(components.iter().filter(is_made))
    }

    fn of_those(components: impl Iterator<Item = &'a Component>) -> Self {
        let mut stores = Self(BTreeMap::new());
        for it in components {
            let name = (it.native_kind.as_str(), it.name.as_str());
            stores.0.entry(name).or_default().push((it.root, it.id));
        }
        stores
    }

    /// Who is given the address of a store calls it: what Terraform itself puts there is no guess. One
    /// goes on without what it tells of itself. `from` is the root in which the address stands.
    pub(super) fn call(
        &self,
        arrows: &mut Arrows<'_>,
        caller: ComponentId,
        given: &GivenAddress,
        from: RootId,
        is_optional: bool,
    ) {
        let Some(target) = self.target(&given.to, from, arrows) else { return };
        let is_soft = is_optional || is_soft(&given.key);
        let strength = if is_soft { Strength::Soft } else { Strength::Hard };
        arrows.add(caller, target, DependencyKind::Calls, strength, given.origin);
    }

    /// What a reference that stands in a root means.
    pub(super) fn target(
        &self,
        to: &ResourceRef,
        from: RootId,
        arrows: &Arrows<'_>,
    ) -> Option<ComponentId> {
        let found = self.0.get(&(to.kind.as_str(), to.name.as_str()))?;
        let meant = found.iter().filter(|it| arrows.index.is_meant(to, from, it.0));
        meant.min_by_key(|it| (it.0 != from, it.0)).map(|it| it.1)
    }
}

fn is_store(component: &Component) -> bool {
    use ComponentKind::{Cache, Datastore, Queue};
    let is_called = matches!(component.facts, Facts::BackupVault(_) | Facts::Balancer(_));
    let is_one = matches!(component.kind, Cache | Datastore | Queue) || is_called;
    is_one && component.api_version.is_empty()
}

/// True for a key of telemetry, or of an ornament.
fn is_soft(key: &str) -> bool {
    words::is_telemetry(key) || words::is_exporter(key) || words::is_ornament(key)
}
