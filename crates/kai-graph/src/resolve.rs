//! Which component a reference means, seen from where it stands.
//!
//! The same object may be there several times, once through each root. A reference means the one of
//! its own root, else the nearest, however far away: being declared somewhere is enough for a name,
//! but only what runs in the same environment acts on a pod.

use kai_core::{ComponentId, RootId};

use crate::{Component, Nearness, ObjectRef, System};

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
        let found = self.named(kind, namespace, name);
        let found = self.nearest(found, from, Nearness::Apart);
        if let Some(first) = found.first() {
            return Some(self.component(*first));
        }
        let found = self.named(kind, "", name);
        self.nearest(found, from, Nearness::Apart).first().map(|it| self.component(*it))
    }

    /// Every component of this kind, namespace and name, or that makes it, by id.
    pub(crate) fn named(
        &self,
        kind: &str,
        namespace: &str,
        name: &str,
    ) -> impl Iterator<Item = ComponentId> {
        let candidates = self.index.named(kind, namespace, name);
        candidates.filter(move |it| self.component(*it).answers_to(kind, namespace, name))
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
        let Component { native_kind, namespace, name, .. } = component;
        let others = self.named(native_kind, namespace, name).filter(move |it| *it != id);
        others.map(|it| self.component(it))
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
        Nearness::between(self.root(from), self.root(root))
    }
}
