//! Load balancers and distributions of a cloud, and what answers behind them.

use kai_core::ComponentId;
use kai_graph::{Component, DependencyKind, Facts, ResourceRef, Strength};

use super::arrows::Arrows;

/// Links each with its targets. One of several that answer for each other may go.
pub(super) fn link(arrows: &mut Arrows<'_>) {
    for component in arrows.index.components {
        let Facts::Balancer(balancer) = &component.facts else { continue };
        for it in &balancer.targets {
            let strength = if it.has_others { Strength::Soft } else { Strength::Hard };
            if let Some(target) = target(&it.to, component, arrows) {
                arrows.add(component.id, target, DependencyKind::Routes, strength, it.origin);
            }
        }
    }
}

fn target(to: &ResourceRef, from: &Component, arrows: &Arrows<'_>) -> Option<ComponentId> {
    let index = arrows.index;
    let found = index.object(from, &to.kind, "", &to.name)?;
    index.is_meant(to, from.root, index.get(found).root).then_some(found)
}
