//! Finds components by name and by labels, the nearest first.

use kai_core::{ComponentId, Environment, Lookup, Root, RootId, SmolStr};
use kai_graph::{Component, Controller, Facts, Nearness, ResourceRef, Selector, Workload};

use super::operator;

/// Every component of a run, by what others call it.
pub(super) struct Index<'a> {
    pub(super) components: &'a [Component],
    roots: &'a [Root],
    /// By name.
    objects: Lookup<&'a str, Places<'a>>,
    /// Names that traffic can be sent to: services, Compose services, what operators make.
    addresses: Lookup<SmolStr, Places<'a>>,
    /// Workloads by one label of their pods.
    pods: Lookup<(&'a str, &'a str), Places<'a>>,
    /// Every workload, for selectors without labels.
    workloads: Places<'a>,
}

/// Some components with their namespaces and roots, sorted.
#[derive(Debug, Default)]
struct Places<'a>(Vec<Place<'a>>);

type Place<'a> = (&'a str, RootId, ComponentId);

impl<'a> Index<'a> {
    pub(super) fn new(components: &'a [Component], roots: &'a [Root]) -> Self {
        let mut index = Self {
            components,
            roots,
            objects: Lookup::new(),
            addresses: Lookup::new(),
            pods: Lookup::new(),
            workloads: Places::default(),
        };
        let place = |it: &'a Component| (it.namespace.as_str(), it.root, it.id);
        let mut places: Vec<Place<'_>> = components.iter().map(place).collect();
        places.sort_unstable();
        for place in places {
            index.add(&components[place.2.0 as usize], place);
        }
        index
    }

    fn add(&mut self, component: &'a Component, place: Place<'a>) {
        self.objects.get_or_insert_with(component.name.as_str(), Places::default).0.push(place);
        for name in operator::addresses(component) {
            self.addresses.get_or_insert_with(name, Places::default).0.push(place);
        }
        let Facts::Workload(workload) = &component.facts else { return };
        self.workloads.0.push(place);
        for (key, value) in &workload.pod_labels {
            let label = (key.as_str(), value.as_str());
            self.pods.get_or_insert_with(label, Places::default).0.push(place);
        }
    }

    pub(super) fn get(&self, id: ComponentId) -> &'a Component {
        &self.components[id.0 as usize]
    }

    /// False where both say in which environment they act, and it is another one, or where one stands for
    /// itself.
    pub(super) fn may_share(&self, one: RootId, other: RootId) -> bool {
        let (one, other) = (&self.roots[one.0 as usize], &self.roots[other.0 as usize]);
        let is_apart = |it: &Root| it.environment >= Environment::Example;
        one.environment == other.environment
            || !is_apart(one)
                && !is_apart(other)
                && (one.is_environment_assumed() || other.is_environment_assumed())
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
        self.nearest(from, |root| {
            let own = all.within(Some(namespace), root);
            let global = all.within(Some(""), root);
            own.iter().chain(global).map(|it| it.2).filter(|it| is_wanted(self.get(*it)))
        })
    }

    /// What answers under a name in a namespace, the nearest to `from`.
    pub(super) fn address(
        &self,
        from: &Component,
        namespace: &str,
        name: &str,
    ) -> Option<ComponentId> {
        let all = self.addresses.get(name)?;
        self.nearest(from, |root| all.within(Some(namespace), root).iter().map(|it| it.2))
    }

    /// One name in one namespace is one thing, so several candidates are variants of it: those of
    /// the same root win, then of the same overlay, then of the same environment; the first of
    /// equals. All roots are asked only where the own one has none.
    fn nearest<I: Iterator<Item = ComponentId>>(
        &self,
        from: &Component,
        candidates: impl Fn(Option<RootId>) -> I,
    ) -> Option<ComponentId> {
        let own = candidates(Some(from.root)).min();
        if own.is_some() || self.is_alone(from) {
            return own;
        }
        let near = candidates(None).map(|it| (self.nearness(from, self.get(it)), it));
        near.min().filter(|(nearness, _)| *nearness < Nearness::Apart).map(|(_, id)| id)
    }

    /// True where a reference that a root makes may lead into another one: the one that it names, else
    /// itself, or what its folder plans for other environments.
    pub(super) fn is_meant(&self, to: &ResourceRef, from: RootId, into: RootId) -> bool {
        let (own, other) = (&self.roots[from.0 as usize], &self.roots[into.0 as usize]);
        match to.root.as_str() {
            "" => own.path == other.path && own.release == other.release,
            root => other.path == root,
        }
    }

    /// The one of several things of Terraform under one name that something in a cluster means: those
    /// of its environment win. None where it may be one or another.
    pub(super) fn reached(
        &self,
        from: &Component,
        candidates: impl Iterator<Item = (RootId, ComponentId)>,
    ) -> Option<ComponentId> {
        let near = candidates.filter_map(|it| Some((self.reach(from.root, it.0)?, it.1)));
        let mut near: Vec<_> = near.collect();
        near.sort_unstable();
        match near[..] {
            [(_, only)] => Some(only),
            [(one, first), (other, _), ..] if one < other => Some(first),
            _ => None,
        }
    }

    /// How near a root of Terraform is to what runs in a cluster: its resources act on the clusters of
    /// their environment. None where they are apart.
    fn reach(&self, from: RootId, into: RootId) -> Option<Nearness> {
        let (own, other) = (&self.roots[from.0 as usize], &self.roots[into.0 as usize]);
        let is_apart = Nearness::is_alone(own) || other.environment >= Environment::Example;
        match (is_apart, own.environment == other.environment) {
            (true, _) => None,
            (false, true) => Some(Nearness::SameEnvironment),
            (false, false) => other.is_environment_assumed().then_some(Nearness::Shared),
        }
    }

    /// True where one component acts on the environment of another.
    pub(super) fn is_near(&self, from: &Component, to: &Component) -> bool {
        from.root == to.root || !self.is_alone(from) && self.nearness(from, to) < Nearness::Apart
    }

    fn is_alone(&self, component: &Component) -> bool {
        Nearness::is_alone(&self.roots[component.root.0 as usize])
    }

    fn nearness(&self, from: &Component, to: &Component) -> Nearness {
        Nearness::between(&self.roots[from.root.0 as usize], &self.roots[to.root.0 as usize])
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
        let mut selected = self.selected_in(Some(from.root), namespace, selector);
        if selected.is_empty() && !self.is_alone(from) {
            let all = self.selected_in(None, namespace, selector);
            let near: Vec<(Nearness, ComponentId)> =
                all.into_iter().map(|it| (self.nearness(from, self.get(it)), it)).collect();
            let nearest = near.iter().map(|it| it.0).min();
            let nearest = nearest.filter(|it| *it <= Nearness::SameEnvironment);
            selected.extend(near.iter().filter(|it| Some(it.0) == nearest).map(|it| it.1));
        }
        selected.sort_unstable();
        selected
    }

    fn selected_in(
        &self,
        root: Option<RootId>,
        namespace: Option<&str>,
        selector: &Selector,
    ) -> Vec<ComponentId> {
        let lists = selector.labels.iter().map(|(key, value)| {
            let places = self.pods.get(&(key.as_str(), value.as_str()));
            places.map_or(&[][..], |it| it.within(namespace, root))
        });
        let shortest = lists.min_by_key(|it| it.len());
        let candidates = shortest.unwrap_or_else(|| self.workloads.within(namespace, root));
        let is_wanted = |place: &&Place<'_>| {
            let Facts::Workload(workload) = &self.get(place.2).facts else { return false };
            workload.controller != Controller::ComposeService
                && root.is_none_or(|it| it == place.1)
                && selector.matches(&workload.pod_labels)
        };
        candidates.iter().filter(is_wanted).map(|it| it.2).collect()
    }

    pub(super) fn workloads(&self) -> impl Iterator<Item = (&'a Component, &'a Workload)> {
        self.components.iter().filter_map(|it| match &it.facts {
            Facts::Workload(workload) => Some((it, &**workload)),
            _ => None,
        })
    }
}

impl<'a> Places<'a> {
    /// Those of a namespace, and of a root if one is given with it; all of them without one.
    fn within(&self, namespace: Option<&str>, root: Option<RootId>) -> &[Place<'a>] {
        let Some(namespace) = namespace else { return &self.0 };
        let order = |it: &Place<'_>| match root {
            Some(root) => (it.0, it.1).cmp(&(namespace, root)),
            None => it.0.cmp(namespace),
        };
        let start = self.0.partition_point(|it| order(it).is_lt());
        let length = self.0[start..].partition_point(|it| order(it).is_eq());
        &self.0[start..start + length]
    }
}
