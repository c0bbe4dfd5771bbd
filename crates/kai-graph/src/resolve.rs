//! Which component a reference means, seen from where it stands.
//!
//! The same object may be there several times, once through each root. A reference means the one of
//! its own root, else the nearest, however far away: being declared somewhere is enough for a name,
//! but only what runs in the same environment acts on a pod.

use kai_core::{ComponentId, RootId};

use crate::index::Scope;
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
        let nearest = |namespace: &str| {
            let named = |scope| self.named(scope, kind, namespace, name);
            self.nearest(from, Nearness::Apart, named).first().copied()
        };
        nearest(namespace).or_else(|| nearest("")).map(|it| self.component(it))
    }

    /// Every component of this kind, namespace and name, or that makes it.
    pub(crate) fn named(
        &self,
        scope: Scope,
        kind: &str,
        namespace: &str,
        name: &str,
    ) -> impl Iterator<Item = ComponentId> {
        let candidates = self.index.named(scope, kind, namespace, name);
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
        let others = self.named(Scope::Everywhere, native_kind, namespace, name);
        let others = others.filter(move |it| *it != id);
        others.map(|it| self.component(it))
    }

    /// Those of the candidates that are nearest to the root, by id, if any is near enough. The
    /// others are asked for only where the root itself holds none.
    pub(crate) fn nearest<I: IntoIterator<Item = ComponentId>>(
        &self,
        from: RootId,
        farthest: Nearness,
        candidates: impl Fn(Scope) -> I,
    ) -> Vec<ComponentId> {
        let mut found: Vec<ComponentId> = candidates(Scope::Root(from)).into_iter().collect();
        let widest = self.widest(from, farthest);
        if found.is_empty() && matches!(widest, Scope::Everywhere) {
            let mut best = farthest;
            for id in candidates(widest) {
                let nearness = self.nearness(self.component(id).root, from);
                if nearness < best {
                    found.clear();
                    best = nearness;
                }
                if nearness == best {
                    found.push(id);
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// Where anything can be that is no farther from the root.
    pub(crate) fn widest(&self, from: RootId, farthest: Nearness) -> Scope {
        let is_alone = Nearness::is_alone(self.root(from)) && farthest < Nearness::Apart;
        if is_alone { Scope::Root(from) } else { Scope::Everywhere }
    }

    /// How near one root is, seen from another.
    #[must_use]
    pub fn nearness(&self, root: RootId, from: RootId) -> Nearness {
        Nearness::between(self.root(from), self.root(root))
    }
}
