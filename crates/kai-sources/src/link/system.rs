//! From the components of all roots to the system.

use kai_core::{ComponentId, OriginId, Origins, Root};
use kai_graph::{Component, Dependency, DependencyKind, System};
use kai_settings::Journey;

use super::arrows::Arrows;
use super::index::Index;
use super::stores::Stores;
use super::{
    alerting, backups, balancers, bases, calls, controls, handovers, identities, images, journeys,
    parts, programs, routes, servers, uses, vaults,
};

/// Finds the dependencies between components, and the journeys that they carry; declared ones get
/// the name that they are declared with.
///
/// Roots are indexed by the ids that components name, and a component's id is its index.
#[must_use]
pub fn link(
    roots: Vec<Root>,
    mut components: Vec<Component>,
    declared: &[Journey],
    origins: &Origins,
) -> System {
    alerting::complete(&mut components, &roots);
    bases::complete(&mut components);
    let (dependencies, outside) = dependencies(&roots, &components, origins);
    components.extend(outside);
    let journeys = journeys::of(&components, &dependencies, declared);
    System::new(components, dependencies, roots, journeys)
}

fn dependencies(
    roots: &[Root],
    components: &[Component],
    origins: &Origins,
) -> (Vec<Dependency>, Vec<Component>) {
    let index = Index::new(components, roots);
    let mut arrows = Arrows::new(&index);
    let behind = routes::link(&mut arrows);
    uses::link(&mut arrows);
    calls::link(&mut arrows, &behind, origins);
    parts::link(&mut arrows);
    let stores = Stores::of(components);
    programs::link(&mut arrows, &stores);
    servers::link(&mut arrows, &stores);
    handovers::link(&mut arrows, &stores, origins);
    vaults::link(&mut arrows);
    balancers::link(&mut arrows);
    identities::link(&mut arrows);
    images::link(&mut arrows);
    controls::link(&mut arrows);
    let calls = reached_by_calls(&arrows, &behind);
    backups::link(&mut arrows, &calls);
    arrows.finish()
}

/// Who calls whom, through the service between them; sorted by the caller.
fn reached_by_calls(
    arrows: &Arrows<'_>,
    behind: &routes::Behind,
) -> Vec<(ComponentId, ComponentId, OriginId)> {
    let mut reached = Vec::new();
    for it in arrows.so_far().iter().filter(|it| it.kind == DependencyKind::Calls) {
        reached.push((it.source, it.target, it.origin));
        for &workload in behind.get(&it.target).into_iter().flatten() {
            reached.push((it.source, workload, it.origin));
        }
    }
    reached.sort_by_key(|it| (it.0, it.1));
    reached.dedup_by_key(|it| (it.0, it.1));
    reached
}
