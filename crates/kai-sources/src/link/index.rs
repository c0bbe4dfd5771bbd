//! Finds components by name and by labels, the nearest first.

use std::collections::BTreeMap;

use kai_core::{ComponentId, Environment, Lookup, Root, RootId, SmolStr};
use kai_graph::{Component, Controller, Facts, Labels, Selector, Workload};

use super::operator;

/// Every component of a run, by what others call it.
pub(super) struct Index<'a> {
    pub(super) components: &'a [Component],
    roots: &'a [Root],
    /// By name, then sorted by namespace.
    objects: Lookup<&'a str, Vec<(&'a str, ComponentId)>>,
    /// Names that traffic can be sent to: services, Compose services, what operators make.
    addresses: Lookup<SmolStr, Vec<(&'a str, ComponentId)>>,
    /// Workloads by one label of their pods.
    pods: Lookup<(&'a str, &'a str), Vec<ComponentId>>,
    /// Workloads by namespace, for selectors without labels.
    by_namespace: BTreeMap<&'a str, Vec<ComponentId>>,
}

/// How near two roots are to each other. The order is the order of preference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Nearness {
    Same,
    /// The same environment and the same overlay: `web/overlays/osaka0`, `db/overlays/osaka0`.
    SameOverlay,
    SameEnvironment,
    /// What all environments may share.
    Elsewhere,
}

impl<'a> Index<'a> {
    pub(super) fn new(components: &'a [Component], roots: &'a [Root]) -> Self {
        let mut index = Self {
            components,
            roots,
            objects: Lookup::new(),
            addresses: Lookup::new(),
            pods: Lookup::new(),
            by_namespace: BTreeMap::new(),
        };
        for (_, id) in by_namespace(components) {
            index.add(&components[id.0 as usize]);
        }
        index
    }

    fn add(&mut self, component: &'a Component) {
        let (id, namespace) = (component.id, component.namespace.as_str());
        self.objects.get_or_insert_with(component.name.as_str(), Vec::new).push((namespace, id));
        for name in operator::addresses(component) {
            self.addresses.get_or_insert_with(name, Vec::new).push((namespace, id));
        }
        let Facts::Workload(workload) = &component.facts else { return };
        self.by_namespace.entry(namespace).or_default().push(id);
        for (key, value) in &workload.pod_labels {
            self.pods.get_or_insert_with((key.as_str(), value.as_str()), Vec::new).push(id);
        }
    }

    pub(super) fn get(&self, id: ComponentId) -> &'a Component {
        &self.components[id.0 as usize]
    }

    pub(super) fn environment(&self, root: RootId) -> Environment {
        self.roots[root.0 as usize].environment
    }

    /// The component of a kind, a name and a namespace that is nearest to `from`.
    pub(super) fn object(
        &self,
        from: &Component,
        kind: &str,
        namespace: &str,
        name: &str,
    ) -> Option<ComponentId> {
        self.nearest_object(from, namespace, name, |it| it.native_kind == kind)
    }

    /// The nearest component of a name for which `is_wanted` holds; the namespace of components
    /// that have none is empty and matches.
    pub(super) fn nearest_object(
        &self,
        from: &Component,
        namespace: &str,
        name: &str,
        is_wanted: impl Fn(&Component) -> bool,
    ) -> Option<ComponentId> {
        let all = self.objects.get(name)?;
        let own = within(all, namespace);
        let global = within(if namespace.is_empty() { &[] } else { all }, "");
        let candidates = own.chain(global).filter(|it| is_wanted(self.get(*it)));
        self.nearest(from, candidates)
    }

    /// What answers under a name in a namespace, the nearest to `from`.
    pub(super) fn address(
        &self,
        from: &Component,
        namespace: &str,
        name: &str,
    ) -> Option<ComponentId> {
        let all = self.addresses.get(name)?;
        self.nearest(from, within(all, namespace))
    }

    /// One name in one namespace is one thing, so several candidates are variants of it: those of
    /// the same root win, then of the same overlay, then of the same environment; the first of equals.
    fn nearest(
        &self,
        from: &Component,
        candidates: impl Iterator<Item = ComponentId>,
    ) -> Option<ComponentId> {
        let near = candidates.filter_map(|it| Some((self.nearness(from, self.get(it))?, it)));
        near.min().map(|(_, id)| id)
    }

    /// None where the two have nothing to do with each other: each example and each archive stands
    /// for itself, and nobody depends on another environment unless that one may be shared.
    fn nearness(&self, from: &Component, to: &Component) -> Option<Nearness> {
        if from.root == to.root {
            return Some(Nearness::Same);
        }
        let (from, to) = (&self.roots[from.root.0 as usize], &self.roots[to.root.0 as usize]);
        if from.environment >= Environment::Example || to.environment >= Environment::Example {
            return None;
        }
        let is_local = |it: &Root| it.kind == kai_core::RootKind::ComposeProject;
        if is_local(from) || is_local(to) {
            return None;
        }
        if from.environment != to.environment {
            return to.is_environment_assumed().then_some(Nearness::Elsewhere);
        }
        if from.path.file_name() == to.path.file_name() {
            return Some(Nearness::SameOverlay);
        }
        Some(Nearness::SameEnvironment)
    }

    /// The workloads of a namespace whose pods a selector selects, in the order of ids: those of the
    /// own root, and only where it selects none there those of the nearest other roots of the same
    /// environment. Without a namespace, of every namespace.
    pub(super) fn selected(
        &self,
        from: &Component,
        namespace: Option<&str>,
        selector: &Selector,
    ) -> Vec<ComponentId> {
        let is_wanted = |id: &ComponentId| {
            let component = self.get(*id);
            let Facts::Workload(workload) = &component.facts else { return false };
            workload.controller != Controller::ComposeService
                && namespace.is_none_or(|it| it == component.namespace)
                && selector.matches(&workload.pod_labels)
        };
        let near: Vec<(Nearness, ComponentId)> = self
            .candidates(namespace, &selector.labels)
            .filter(|it| is_wanted(it))
            .filter_map(|it| Some((self.nearness(from, self.get(it))?, it)))
            .filter(|(nearness, _)| *nearness < Nearness::Elsewhere)
            .collect();
        let Some(nearest) = near.iter().map(|(nearness, _)| *nearness).min() else {
            return Vec::new();
        };
        let mut selected: Vec<_> =
            near.into_iter().filter(|it| it.0 == nearest).map(|it| it.1).collect();
        selected.sort_unstable();
        selected
    }

    /// The shortest list that holds every workload with the labels.
    fn candidates<'b>(
        &'b self,
        namespace: Option<&str>,
        labels: &'b Labels,
    ) -> Box<dyn Iterator<Item = ComponentId> + 'b> {
        let lists = labels.iter().map(|(key, value)| {
            self.pods.get(&(key.as_str(), value.as_str())).map_or(&[][..], Vec::as_slice)
        });
        if let Some(shortest) = lists.min_by_key(|it| it.len()) {
            return Box::new(shortest.iter().copied());
        }
        match namespace {
            Some(namespace) => {
                let all = self.by_namespace.get(namespace);
                Box::new(all.into_iter().flatten().copied())
            }
            None => Box::new(self.by_namespace.values().flatten().copied()),
        }
    }

    pub(super) fn workloads(&self) -> impl Iterator<Item = (&'a Component, &'a Workload)> {
        self.components.iter().filter_map(|it| match &it.facts {
            Facts::Workload(workload) => Some((it, &**workload)),
            _ => None,
        })
    }
}

fn by_namespace(components: &[Component]) -> Vec<(&str, ComponentId)> {
    let mut sorted: Vec<_> = components.iter().map(|it| (it.namespace.as_str(), it.id)).collect();
    sorted.sort_unstable();
    sorted
}

/// The components of a namespace, in a list that is sorted by it.
fn within<'b>(
    items: &'b [(&str, ComponentId)],
    namespace: &str,
) -> impl Iterator<Item = ComponentId> + use<'b> {
    let start = items.partition_point(|it| it.0 < namespace);
    let length = items[start..].partition_point(|it| it.0 == namespace);
    items[start..start + length].iter().map(|it| it.1)
}
