//! Service accounts of a cluster, and the identities of a cloud that they act as.

use kai_core::{ComponentId, OriginId};
use kai_graph::{Component, DependencyKind, Facts, Strength, is_cloud_identity_of};

use super::arrows::Arrows;

/// Links accounts with the one identity of their environment that their annotation names, or that is lent to them.
/// What runs under one starts without it, and can do nothing in the cloud.
pub(super) fn link(arrows: &mut Arrows<'_>) {
    let index = arrows.index;
    for component in index.components {
        let Facts::Identity(identity) = &component.facts else { continue };
        let Some(found) = the_identity(arrows, component) else { continue };
        let named = identity.in_cloud.as_ref().map(|it| it.origin);
        if let Some(origin) = named.or_else(|| lent(index.get(found), component)) {
            add(arrows, component.id, found, origin);
        }
    }
}

fn the_identity(arrows: &Arrows<'_>, account: &Component) -> Option<ComponentId> {
    let index = arrows.index;
    let environment = index.environment(account.root);
    let mut named = index.components.iter().filter(|it| {
        is_cloud_identity_of(it, account) && index.environment(it.root) == environment
    });
    let first = named.next()?;
    named.next().is_none().then_some(first.id)
}

/// Where an identity is lent to an account.
fn lent(identity: &Component, account: &Component) -> Option<OriginId> {
    let lent_to = match &identity.facts {
        Facts::CloudRole(facts) => &facts.lent_to,
        Facts::CloudAccount(facts) => &facts.lent_to,
        _ => return None,
    };
    lent_to.iter().find(|it| it.is(account)).map(|it| it.origin)
}

fn add(arrows: &mut Arrows<'_>, account: ComponentId, identity: ComponentId, origin: OriginId) {
    arrows.add(account, identity, DependencyKind::ActsAs, Strength::Soft, origin);
}
