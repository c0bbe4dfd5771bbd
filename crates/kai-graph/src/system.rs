//! The whole graph, and the questions that rules ask it.

use std::sync::OnceLock;

use kai_core::{ComponentId, Environment, OriginId, Reason, Root, RootId, SmolStr};

use crate::by_component::ByComponent;
use crate::delivery::Deliveries;
use crate::grant::Grants;
use crate::index::{Index, Scope};
use crate::shapes::Shapes;
use crate::{
    Backup, Component, ComponentKind, Dependency, EntryPoint, Facts, Journey, Machine, Nearness,
    Of, Reconciliation, Strength, Workload,
};

/// Everything that was read, linked. Built once by `kai-sources`, then read-only.
#[derive(Debug, Default)]
pub struct System {
    /// Indexed by [`ComponentId`].
    components: Vec<Component>,
    /// By source, then sorted by target.
    dependencies: ByComponent<Dependency>,
    /// Indexes into all dependencies, by target.
    incoming: ByComponent<u32>,
    /// Indexed by [`RootId`].
    roots: Vec<Root>,
    journeys: Vec<Journey>,
    /// Indexes into `journeys`, with how they need the component.
    carried: ByComponent<(u32, Strength)>,
    /// Indexes into `journeys` that cannot do without the component, by their names.
    indispensable: ByComponent<u32>,
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
        let count = self.components.len();
        let by_source: Vec<_> = dependencies.iter().map(|it| (it.source, *it)).collect();
        let by_target: Vec<_> =
            (0..).zip(&dependencies).map(|(index, it)| (it.target, index)).collect();
        let (carried, indispensable) = carried(count, &journeys);
        Self {
            dependencies: ByComponent::new(count, &by_source),
            incoming: ByComponent::new(count, &by_target),
            journeys,
            carried,
            indispensable,
            ..self
        }
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
        self.dependencies.of(id)
    }

    /// What needs the component.
    pub fn needed_by(&self, id: ComponentId) -> impl Iterator<Item = &Dependency> {
        self.incoming.of(id).iter().map(|&it| &self.dependencies.all()[it as usize])
    }

    /// The journeys that the component carries, with how they need it.
    pub fn journeys_through(&self, id: ComponentId) -> impl Iterator<Item = (&Journey, Strength)> {
        let carried = self.carried.of(id).iter();
        carried.map(|&(index, strength)| (&self.journeys[index as usize], strength))
    }

    /// The journeys that stop when the component stops, by name.
    pub fn journeys_that_need(&self, id: ComponentId) -> impl Iterator<Item = &Journey> {
        self.indispensable.of(id).iter().map(|&it| &self.journeys[it as usize])
    }

    pub fn workloads(&self) -> impl Iterator<Item = Of<'_, Workload>> {
        self.components.iter().filter_map(Component::workload)
    }

    /// Every arrow, by source and target.
    #[must_use]
    pub fn dependencies(&self) -> &[Dependency] {
        self.dependencies.all()
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

    /// What of the kind in the namespace may act on the root's environment, by id.
    pub fn near(
        &self,
        from: RootId,
        kind: &str,
        namespace: &str,
    ) -> impl Iterator<Item = &Component> {
        let scope = self.widest(from, Nearness::Shared);
        let candidates = self.index.of_kind(scope, kind, namespace).map(|it| self.component(it));
        candidates.filter(move |it| {
            it.native_kind == kind
                && it.namespace == namespace
                && self.nearness(it.root, from) < Nearness::Apart
        })
    }

    /// True where something of the kind in the namespace may act on the root's environment.
    #[must_use]
    pub fn is_near(&self, from: RootId, kind: &str, namespace: &str) -> bool {
        self.near(from, kind, namespace).next().is_some()
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

    /// What is told to keep a root applied in its environment; of a chart, what makes this release of it.
    pub fn orders(&self, root: RootId) -> impl Iterator<Item = Of<'_, Reconciliation>> {
        let root = self.root(root);
        let folder = root.path.as_str().trim_end_matches('/');
        let mut orders: Vec<ComponentId> = self.index.orders(folder).collect();
        orders.dedup();
        orders.into_iter().map(|it| self.component(it)).filter_map(move |component| {
            let Facts::Reconciliation(facts) = &component.facts else { return None };
            let is_release = root.release.as_ref().is_none_or(|it| *it == component.name);
            let by = self.root(component.root);
            let is_near = by.environment == root.environment || by.is_environment_assumed();
            let is_here = facts.folders().any(|it| it == folder);
            (is_release && is_near && is_here).then_some(Of { component, facts: &**facts })
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

/// What journeys need, in their order; and what they cannot do without, by their names.
fn carried(count: usize, journeys: &[Journey]) -> (ByComponent<(u32, Strength)>, ByComponent<u32>) {
    let mut indexed: Vec<(u32, &Journey)> = (0..).zip(journeys).collect();
    let needs = |(index, journey): &(u32, &Journey)| {
        let index = *index;
        let needs = journey.needs.iter();
        needs.map(move |it| (it.component, (index, it.strength))).collect::<Vec<_>>()
    };
    let all: Vec<_> = indexed.iter().flat_map(needs).collect();
    indexed.sort_by(|one, other| one.1.name.cmp(&other.1.name));
    let hard: Vec<_> = indexed
        .iter()
        .flat_map(needs)
        .filter(|it| it.1.1 == Strength::Hard)
        .map(|(id, (index, _))| (id, index))
        .collect();
    (ByComponent::new(count, &all), ByComponent::new(count, &hard))
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
