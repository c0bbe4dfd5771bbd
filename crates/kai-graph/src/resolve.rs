//! Which component a reference means, seen from where it stands.
//!
//! The same object may be there several times, once through each root. A reference means the one of
//! its own root, else one of its environment, else any: being declared somewhere is enough for a
//! name, but only what runs in the same environment acts on a pod.

use kai_core::{ComponentId, RootId};

use crate::{Component, ObjectRef, System};

/// How near another root is to the one that asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Nearness {
    SameRoot,
    SameEnvironment,
    Elsewhere,
}

impl System {
    /// The object with this kind, namespace and name that is nearest to the root, or what makes it
    /// (an ExternalSecret makes a Secret). What lives in no namespace is found whatever namespace
    /// is given.
    #[must_use]
    pub fn resolve(
        &self,
        kind: &str,
        namespace: &str,
        name: &str,
        from: RootId,
    ) -> Option<&Component> {
        let found =
            self.nearest(self.index.named(kind, namespace, name), from, Nearness::Elsewhere);
        let found = match found.is_empty() && !namespace.is_empty() {
            true => self.nearest(self.index.named(kind, "", name), from, Nearness::Elsewhere),
            false => found,
        };
        found.first().map(|it| self.component(*it))
    }

    /// What a reference means that stands in a component.
    #[must_use]
    pub fn resolve_ref(&self, reference: &ObjectRef, from: &Component) -> Option<&Component> {
        let namespace = match reference.namespace.as_str() {
            "" => &from.namespace,
            _ => &reference.namespace,
        };
        self.resolve(&reference.kind, namespace, &reference.name, from.root)
    }

    /// The same object through other roots, by id, without the one that asks.
    pub fn twins(&self, component: &Component) -> impl Iterator<Item = &Component> {
        let id = component.id;
        self.index
            .named(&component.native_kind, &component.namespace, &component.name)
            .filter(move |it| *it != id)
            .map(|it| self.component(it))
    }

    /// Those of the candidates that are nearest to the root, by id, if any is near enough.
    pub(crate) fn nearest(
        &self,
        candidates: impl IntoIterator<Item = ComponentId>,
        from: RootId,
        farthest: Nearness,
    ) -> Vec<ComponentId> {
        let mut found = Vec::new();
        let mut best = farthest;
        for id in candidates {
            let nearness = self.nearness(self.component(id).root, from);
            if nearness < best {
                found.clear();
                best = nearness;
            }
            if nearness == best {
                found.push(id);
            }
        }
        found
    }

    pub(crate) fn nearness(&self, root: RootId, from: RootId) -> Nearness {
        if root == from {
            Nearness::SameRoot
        } else if self.root(root).environment == self.root(from).environment {
            Nearness::SameEnvironment
        } else {
            Nearness::Elsewhere
        }
    }
}
