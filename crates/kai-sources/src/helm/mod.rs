//! Installations of charts, as components of their own.

use kai_compose::Composition;
use kai_core::{LocationRole, OriginId, Origins, Root};
use kai_graph::{
    Component, ComponentKind, Facts, Installation, LostValue, StrayDefault, StrayValue,
};

/// The installation that a composition is, where values and templates do not meet.
#[must_use]
pub fn installation(
    composition: &Composition,
    root: &Root,
    origins: &Origins,
) -> Option<Component> {
    let made = composition.installation.as_ref()?;
    let unread = made.unread.iter().map(|it| StrayValue {
        path: it.path.clone(),
        origin: it.origin,
        near: it.near.clone(),
    });
    let defaults = made.unread_defaults.iter().map(|it| StrayDefault {
        value: StrayValue {
            path: it.value.path.clone(),
            origin: it.value.origin,
            near: it.value.near.clone(),
        },
        node: it.node,
        is_set: it.is_set,
        must_stay: it.must_stay,
        is_published: it.is_published,
        is_read: it.is_read,
    });
    let absent = made.absent.iter().map(|it| StrayValue {
        path: it.path.clone(),
        origin: origins.mark(it.span),
        near: it.near.clone(),
    });
    let lost = made.lost.iter().map(|it| LostValue {
        path: it.path.clone(),
        origin: it.origin,
        by: it.by,
        shown: it.shown.clone(),
    });
    let facts = Installation {
        chart: made.chart.as_str().into(),
        folder: if made.folder.as_str().is_empty() { "." } else { made.folder.as_str() }.into(),
        files: made.files.iter().map(|it| it.as_str().into()).collect(),
        unread: unread.filter(|it| is_shown(origins, it.origin)).collect(),
        defaults: defaults.filter(|it| is_shown(origins, it.value.origin)).collect(),
        absent: absent.filter(|it| is_shown(origins, it.origin)).collect(),
        lost: lost.filter(|it| is_shown(origins, it.origin)).collect(),
    };
    let stray = facts.unread.first().or(facts.absent.first()).map(|it| it.origin);
    let stray = stray.or(facts.lost.first().map(|it| it.origin));
    let first = stray.or(facts.defaults.first().map(|it| it.value.origin))?;
    let name = made.name.clone();
    let mut component = Component::named(ComponentKind::Control, "Release", name, root.id, first);
    component.facts = Facts::Installation(Box::new(facts));
    Some(component)
}

fn is_shown(origins: &Origins, origin: OriginId) -> bool {
    origins.location(origin, LocationRole::Primary).is_some()
}
