//! The whole graph, and the questions that rules ask it.

use std::sync::OnceLock;

use kai_core::{ComponentId, Environment, OriginId, Reason, Root, RootId, SmolStr};

use crate::delivery::Deliveries;
use crate::grant::Grants;
use crate::index::{Index, Scope};
use crate::shapes::Shapes;
use crate::{
    Backup, Component, ComponentKind, Dependency, EntryPoint, Facts, Journey, Machine, Nearness,
    Of, Strength, Workload,
};

/// Everything that was read, linked. Built once by `kai-sources`, then read-only.
#[derive(Debug, Default)]
pub struct System {
    /// Indexed by [`ComponentId`].
    components: Vec<Component>,
    /// Sorted by source, then target.
    dependencies: Vec<Dependency>,
    /// Indexes into `dependencies`, sorted by target.
    incoming: Vec<u32>,
    /// Indexed by [`RootId`].
    roots: Vec<Root>,
    journeys: Vec<Journey>,
    /// Component, index into `journeys` and strength, sorted.
    carried: Vec<(ComponentId, u32, Strength)>,
    /// By root, sorted: where it puts something.
    pub(crate) namespaces: Vec<Vec<SmolStr>>,
    /// By root, sorted: the kinds of what it puts there, as their source calls them.
    kinds: Vec<Vec<SmolStr>>,
    pub(crate) deliveries: Deliveries,
    pub(crate) index: Index,
    pub(crate) shapes: OnceLock<Shapes>,
    pub(crate) grants: OnceLock<Grants>,
}

/// Whether an object that nothing declares is really absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Absence {
    /// Everything that could declare it was read; the text names what was searched.
    Certain { scope: String },
    /// Something that was not read could make it; the text says what.
    Unknown { reason: Reason, what: String },
}

/// Something that is right, and how to prove it.
#[derive(Debug, Clone)]
pub struct Solid {
    pub title: String,
    pub component: ComponentId,
    pub at: OriginId,
    /// Where else the same is right.
    pub also: Vec<OriginId>,
    pub verify: String,
}

impl System {
    /// Components must be in the order of their ids.
    #[must_use]
    pub fn new(
        components: Vec<Component>,
        dependencies: Vec<Dependency>,
        roots: Vec<Root>,
        journeys: Vec<Journey>,
    ) -> Self {
        assert!(
            roots.iter().enumerate().all(|(index, it)| it.id.0 as usize == index),
            "a root's id is its index"
        );
        assert!(
            components.iter().enumerate().all(|(index, it)| it.id.0 as usize == index),
            "a component's id is its index"
        );
        let index = Index::of(&components);
        let namespaces = namespaces(&components, roots.len());
        let kinds = kinds(&components, roots.len());
        let deliveries = Deliveries::of(&roots, &namespaces);
        let system =
            Self { components, roots, namespaces, kinds, deliveries, index, ..Self::default() };
        system.linked(dependencies, journeys)
    }

    /// The same components with these arrows and journeys. Linking asks a system without arrows by
    /// name and by label, and returns it with them.
    #[must_use]
    pub fn linked(self, mut dependencies: Vec<Dependency>, journeys: Vec<Journey>) -> Self {
        dependencies.sort_by_key(|it| (it.source, it.target, it.kind, it.strength));
        let mut incoming: Vec<u32> = (0..).zip(&dependencies).map(|(index, _)| index).collect();
        incoming.sort_by_key(|&it| (dependencies[it as usize].target, it));
        let needs = |(index, journey): (u32, &Journey)| {
            let needs = journey.needs.iter();
            needs.map(|it| (it.component, index, it.strength)).collect::<Vec<_>>()
        };
        let mut carried: Vec<_> = (0..).zip(&journeys).flat_map(needs).collect();
        carried.sort_unstable();
        Self { dependencies, incoming, journeys, carried, ..self }
    }

    #[must_use]
    pub fn components(&self) -> &[Component] {
        &self.components
    }

    #[must_use]
    pub fn component(&self, id: ComponentId) -> &Component {
        &self.components[id.0 as usize]
    }

    #[must_use]
    pub fn roots(&self) -> &[Root] {
        &self.roots
    }

    #[must_use]
    pub fn root(&self, id: RootId) -> &Root {
        &self.roots[id.0 as usize]
    }

    #[must_use]
    pub fn environment(&self, component: &Component) -> Environment {
        self.root(component.root).environment
    }

    #[must_use]
    pub fn journeys(&self) -> &[Journey] {
        &self.journeys
    }

    /// What the component needs.
    #[must_use]
    pub fn needs(&self, id: ComponentId) -> &[Dependency] {
        let start = self.dependencies.partition_point(|it| it.source < id);
        let end = self.dependencies.partition_point(|it| it.source <= id);
        &self.dependencies[start..end]
    }

    /// What needs the component.
    pub fn needed_by(&self, id: ComponentId) -> impl Iterator<Item = &Dependency> {
        let target = move |it: &u32| self.dependencies[*it as usize].target;
        let start = self.incoming.partition_point(|it| target(it) < id);
        let end = self.incoming.partition_point(|it| target(it) <= id);
        self.incoming[start..end].iter().map(|&it| &self.dependencies[it as usize])
    }

    /// The journeys that the component carries, with how they need it.
    pub fn journeys_through(&self, id: ComponentId) -> impl Iterator<Item = (&Journey, Strength)> {
        let start = self.carried.partition_point(|it| it.0 < id);
        let carried = self.carried[start..].iter().take_while(move |it| it.0 == id);
        carried.map(|&(_, index, strength)| (&self.journeys[index as usize], strength))
    }

    pub fn workloads(&self) -> impl Iterator<Item = Of<'_, Workload>> {
        self.components.iter().filter_map(Component::workload)
    }

    /// Every arrow, by source and target.
    #[must_use]
    pub fn dependencies(&self) -> &[Dependency] {
        &self.dependencies
    }

    /// Where users come in.
    pub fn entry_points(&self) -> impl Iterator<Item = Of<'_, EntryPoint>> {
        self.components.iter().filter(|it| it.kind == ComponentKind::EntryPoint).filter_map(|it| {
            match &it.facts {
                Facts::EntryPoint(facts) => Some(Of { component: it, facts: &**facts }),
                _ => None,
            }
        })
    }

    /// The namespaces that a root puts something into, sorted; what has cluster scope not counted.
    #[must_use]
    pub fn namespaces_of(&self, root: RootId) -> &[SmolStr] {
        &self.namespaces[root.0 as usize]
    }

    /// True where a root holds an object of the kind, as its source calls it.
    #[must_use]
    pub fn declares_kind(&self, root: RootId, kind: &str) -> bool {
        self.kinds[root.0 as usize].binary_search_by(|it| it.as_str().cmp(kind)).is_ok()
    }

    /// What a root holds of a kind in a namespace, by id.
    pub fn held(
        &self,
        root: RootId,
        kind: &str,
        namespace: &str,
    ) -> impl Iterator<Item = &Component> {
        let candidates =
            self.index.of_kind(Scope::Root(root), kind, namespace).map(|it| self.component(it));
        candidates.filter(move |it| it.native_kind == kind && it.namespace == namespace)
    }

    /// True where something of the kind in the namespace may act on the root's environment.
    #[must_use]
    pub fn is_near(&self, from: RootId, kind: &str, namespace: &str) -> bool {
        let scope = self.widest(from, Nearness::Shared);
        let mut candidates =
            self.index.of_kind(scope, kind, namespace).map(|it| self.component(it));
        candidates.any(|it| {
            it.native_kind == kind
                && it.namespace == namespace
                && self.nearness(it.root, from) < Nearness::Apart
        })
    }

    /// True where a root holds an object of the kind and name, whatever its namespace.
    #[must_use]
    pub fn holds_anywhere(&self, root: RootId, kind: &str, name: &str) -> bool {
        let mut candidates =
            self.index.anywhere(Scope::Root(root), kind, name).map(|it| self.component(it));
        candidates.any(|it| it.native_kind == kind && it.name == name)
    }

    /// True where a root runs something in the namespace.
    #[must_use]
    pub fn has_pods(&self, root: RootId, namespace: &str) -> bool {
        self.workloads_in(root, namespace).next().is_some()
    }

    /// What a root runs in the namespace, by id.
    pub fn workloads_in(&self, root: RootId, namespace: &str) -> impl Iterator<Item = &Component> {
        let pods = self.index.pods.in_namespace(Scope::Root(root), namespace);
        pods.map(|it| self.component(it)).filter(move |it| it.namespace == namespace)
    }

    /// The machines of a root, by id.
    pub fn machines(&self, root: RootId) -> impl Iterator<Item = Of<'_, Machine>> {
        let machines = self.index.machines(Scope::Root(root)).map(|it| self.component(it));
        machines.filter_map(|component| match &component.facts {
            Facts::Machine(facts) => Some(Of { component, facts: &**facts }),
            _ => None,
        })
    }

    /// What copies whole namespaces away, by id.
    pub fn wide_backups(&self) -> impl Iterator<Item = Of<'_, Backup>> {
        let backups = self.index.wide_backups.iter().map(|it| self.component(*it));
        backups.filter_map(|component| match &component.facts {
            Facts::Backup(facts) => Some(Of { component, facts: &**facts }),
            _ => None,
        })
    }
}

fn kinds(components: &[Component], root_count: usize) -> Vec<Vec<SmolStr>> {
    let mut kinds: Vec<Vec<SmolStr>> = vec![Vec::new(); root_count];
    for component in components {
        let known = &mut kinds[component.root.0 as usize];
        if let Err(at) = known.binary_search(&component.native_kind) {
            known.insert(at, component.native_kind.clone());
        }
    }
    kinds
}

fn namespaces(components: &[Component], root_count: usize) -> Vec<Vec<SmolStr>> {
    let mut namespaces = vec![Vec::new(); root_count];
    for component in components {
        let made = component.makes.as_ref().and_then(|it| it.namespace.as_ref());
        let names: &mut Vec<SmolStr> = &mut namespaces[component.root.0 as usize];
        for name in made.into_iter().chain([&component.namespace]) {
            if !name.is_empty() && names.last() != Some(name) {
                names.push(name.clone());
            }
        }
    }
    for names in &mut namespaces {
        names.sort_unstable();
        names.dedup();
    }
    namespaces
}
