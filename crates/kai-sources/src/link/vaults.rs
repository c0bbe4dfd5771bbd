//! Plans of a cloud that copy its databases, and the vaults that keep the copies.

use kai_graph::{DependencyKind, Facts, Strength};

use super::arrows::Arrows;
use super::stores::Stores;

/// Links plans with what they are told to copy, and with the vaults that they name.
pub(super) fn link(arrows: &mut Arrows<'_>, stores: &Stores<'_>) {
    for component in arrows.index.components {
        let Facts::BackupPlan(plan) = &component.facts else { continue };
        for named in &plan.copied {
            for resource in &named.resources {
                if let Some(target) = stores.target(resource, component.root, arrows) {
                    let kind = DependencyKind::BacksUp;
                    arrows.add(component.id, target, kind, Strength::Hard, named.origin);
                }
            }
        }
        for vault in plan.rules.iter().flat_map(|it| &it.vaults) {
            let declared = vault.declared.as_ref();
            let target = declared.and_then(|it| stores.target(it, component.root, arrows));
            if let Some(target) = target {
                let kind = DependencyKind::KeepsIn;
                arrows.add(component.id, target, kind, Strength::Hard, vault.origin);
            }
        }
    }
}
