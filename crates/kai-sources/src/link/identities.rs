//! Service accounts of a cluster, and the roles of a cloud that they act as.

use kai_core::{ComponentId, OriginId};
use kai_graph::{Component, DependencyKind, Facts, Strength};

use super::arrows::Arrows;

/// Links accounts with the one role of their environment that their annotation names. What runs under one
/// starts without it, and can do nothing in the cloud.
pub(super) fn link(arrows: &mut Arrows<'_>) {
    let index = arrows.index;
    for component in index.components {
        let Facts::Identity(identity) = &component.facts else { continue };
        let Some(named) = &identity.in_cloud else { continue };
        if let Some(role) = the_role(arrows, component) {
            add(arrows, component.id, role, named.origin);
        }
    }
}

fn the_role(arrows: &Arrows<'_>, account: &Component) -> Option<ComponentId> {
    let index = arrows.index;
    let environment = index.environment(account.root);
    let mut named = index.components.iter().filter(|it| match &it.facts {
        Facts::CloudRole(role) => {
            role.is_named_by(account) && index.environment(it.root) == environment
        }
        _ => false,
    });
    let first = named.next()?;
    named.next().is_none().then_some(first.id)
}

fn add(arrows: &mut Arrows<'_>, account: ComponentId, role: ComponentId, origin: OriginId) {
    arrows.add(account, role, DependencyKind::ActsAs, Strength::Soft, origin);
}
