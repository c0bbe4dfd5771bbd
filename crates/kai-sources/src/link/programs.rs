//! Whom the programs that a cloud runs call.

use kai_graph::Facts;

use super::arrows::Arrows;
use super::stores::Stores;

/// Links programs with the databases, caches, queues and buckets whose addresses they are given.
pub(super) fn link(arrows: &mut Arrows<'_>, stores: &Stores<'_>) {
    for component in arrows.index.components {
        let Facts::CloudProgram(program) = &component.facts else { continue };
        for given in &program.called {
            stores.call(arrows, component.id, given, component.root, false);
        }
    }
}
