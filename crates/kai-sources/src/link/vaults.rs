//! Plans of a cloud that copy what it runs, and the vaults that keep the copies.

use kai_graph::{Component, DependencyKind, Facts, Strength};

use super::arrows::Arrows;
use super::stores::Stores;

/// Links plans with what they are told to copy, and with the vaults that they name.
pub(super) fn link(arrows: &mut Arrows<'_>) {
    let components = arrows.index.components;
    let is_plan = |it: &&Component| matches!(it.facts, Facts::BackupPlan(_));
    if !components.iter().any(|it| is_plan(&it)) {
        return;
    }
    let stores = Stores::of_all(components);
    for component in components.iter().filter(is_plan) {
        let Facts::BackupPlan(plan) = &component.facts else { continue };
        for named in &plan.copied {
            for resource in &named.resources {
                if let Some(target) = stores.target(resource, component.root, arrows) {
                    let kind = DependencyKind::BacksUp;
                    arrows.add(component.id, target, kind, Strength::Hard, named.origin);
                }
            }
        }
        // A vault that only orders copies holds none.
        let holding = plan.rules.iter().filter(|it| !it.is_beside);
        for vault in holding.flat_map(|it| &it.vaults) {
            let declared = vault.declared.as_ref();
            let target = declared.and_then(|it| stores.target(it, component.root, arrows));
            if let Some(target) = target {
                let kind = DependencyKind::KeepsIn;
                arrows.add(component.id, target, kind, Strength::Hard, vault.origin);
            }
        }
    }
}
