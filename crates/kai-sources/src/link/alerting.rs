//! Which configuration of Alertmanager is the whole one.

use kai_core::{Root, SmolStr};
use kai_graph::{Component, Facts, Nearness};

/// An AlertmanagerConfig that an Alertmanager takes as its whole configuration sees alerts of every
/// namespace, and nothing is merged into it.
pub(super) fn complete(components: &mut [Component], roots: &[Root]) {
    let named: Vec<_> = components.iter().filter_map(|it| Some((it.root, whole(it)?))).collect();
    for component in components.iter_mut().filter(|it| it.native_kind == "AlertmanagerConfig") {
        let root = &roots[component.root.0 as usize];
        let is_near = |it| Nearness::between(root, &roots[it as usize]) < Nearness::Apart;
        let is_whole = named.iter().any(|(by, name)| *name == component.name && is_near(by.0));
        if let Facts::Notifications(facts) = &mut component.facts
            && is_whole
        {
            facts.is_part = false;
            facts.route.matchers.clear();
        }
    }
}

fn whole(component: &Component) -> Option<SmolStr> {
    match &component.facts {
        Facts::Alertmanager(facts) => facts.configuration.clone(),
        Facts::Reconciliation(facts) => facts.alerting.as_ref()?.configuration.clone(),
        _ => None,
    }
}
