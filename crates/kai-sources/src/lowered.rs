//! From the objects of a root to components, and from components to a system.

use kai_compose::Composition;
use kai_core::{ComponentId, Node, Origins, Problem, Root, RootId, RootKind};
use kai_graph::{Component, Facts, System};

use crate::{compose, image_build, kubernetes, link, pipeline, scan};

/// What one root gives the graph.
#[derive(Debug, Default)]
pub struct Lowered {
    /// In the order of the objects. Ids count from 0 within the root; see [`number`].
    pub components: Vec<Component>,
    pub problems: Vec<Problem>,
}

/// Lowers the objects of one root.
#[must_use]
pub fn lower(objects: &[Node], root: &Root, origins: &Origins) -> Lowered {
    match root.kind {
        RootKind::Kustomization | RootKind::Manifests | RootKind::Chart | RootKind::Dump => {
            kubernetes::lower(objects, root.id, origins)
        }
        RootKind::ComposeProject => compose::lower(objects, root.id, origins),
        RootKind::Pipeline => pipeline::lower(objects, root, origins),
        RootKind::Image => image_build::lower(objects, root, origins),
        RootKind::ScanReport => scan::lower(objects, root, origins),
        // What Terraform plans is no tree of objects; see [`crate::terraform`].
        RootKind::Terraform => Lowered::default(),
    }
}

/// Adds what only a composer knows, because it looks at more of the tree than the objects.
pub fn complete(composition: &Composition, components: &mut [Component]) {
    kubernetes::applications(&composition.sets, components);
    let Some(tests) = &composition.tested_by else { return };
    for component in components {
        if let Facts::Pipeline(facts) = &mut component.facts {
            facts.tested_by = Some(tests.as_str().into());
        }
    }
}

/// Puts the components of all roots into one list and makes a component's id its index.
#[must_use]
pub fn number(roots: impl IntoIterator<Item = Vec<Component>>) -> Vec<Component> {
    let mut components: Vec<Component> = roots.into_iter().flatten().collect();
    for (id, component) in (0..).zip(&mut components) {
        component.id = ComponentId(id);
    }
    components
}

/// Everything for one root: its objects lowered and linked, and what is wrong with them. The root
/// gets the id 0, as the only one of its system.
#[must_use]
pub fn system_from_objects(
    objects: &[Node],
    mut root: Root,
    origins: &Origins,
) -> (System, Vec<Problem>) {
    root.id = RootId(0);
    let lowered = lower(objects, &root, origins);
    let components = number([lowered.components]);
    (link::link(vec![root], components, &[], origins), lowered.problems)
}
