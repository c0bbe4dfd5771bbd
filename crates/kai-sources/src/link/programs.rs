//! Whom the programs that a cloud runs call.

use std::collections::BTreeMap;

use kai_core::{ComponentId, RootId};
use kai_graph::{CloudProgram, Component, DependencyKind, Facts, Strength};

use super::arrows::Arrows;

/// Links programs with the databases and caches whose addresses they are given: what Terraform itself
/// puts in there is no guess.
pub(super) fn link(arrows: &mut Arrows<'_>) {
    let mut stores = Stores::new();
    for it in arrows.index.components.iter().filter(|it| is_store(it)) {
        stores
            .entry((it.native_kind.as_str(), it.name.as_str()))
            .or_default()
            .push((it.root, it.id));
    }
    for component in arrows.index.components {
        if let Facts::CloudProgram(program) = &component.facts {
            calls(arrows, component, program, &stores);
        }
    }
}

/// What holds data, by type and name.
type Stores<'a> = BTreeMap<(&'a str, &'a str), Vec<(RootId, ComponentId)>>;

fn is_store(component: &Component) -> bool {
    matches!(component.facts, Facts::ManagedDatabase(_) | Facts::ManagedCache(_))
}

fn calls(
    arrows: &mut Arrows<'_>,
    component: &Component,
    program: &CloudProgram,
    stores: &Stores<'_>,
) {
    for (to, origin) in &program.called {
        let Some(found) = stores.get(&(to.kind.as_str(), to.name.as_str())) else { continue };
        let meant = found.iter().filter(|it| arrows.index.is_meant(to, component.root, it.0));
        let target = meant.min_by_key(|it| (it.0 != component.root, it.0));
        if let Some((_, target)) = target {
            let kind = DependencyKind::Calls;
            arrows.add(component.id, *target, kind, Strength::Hard, *origin);
        }
    }
}
