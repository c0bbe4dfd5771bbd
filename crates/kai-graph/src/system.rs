//! The whole graph, and the questions that rules ask it.

use kai_core::{ComponentId, Environment, OriginId, Reason, Root, RootId};

use crate::{Component, Dependency, Journey, Of, Workload};

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
    pub verify: String,
}

impl System {
    /// Components must be in the order of their ids.
    #[must_use]
    pub fn new(
        components: Vec<Component>,
        mut dependencies: Vec<Dependency>,
        roots: Vec<Root>,
        journeys: Vec<Journey>,
    ) -> Self {
        assert!(
            components.iter().enumerate().all(|(index, it)| it.id.0 as usize == index),
            "a component's id is its index"
        );
        dependencies.sort_by_key(|it| (it.source, it.target, it.kind, it.strength));
        let mut incoming: Vec<u32> =
            (0..u32::try_from(dependencies.len()).unwrap_or(u32::MAX)).collect();
        incoming.sort_by_key(|&it| (dependencies[it as usize].target, it));
        Self { components, dependencies, incoming, roots, journeys }
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
    pub fn journeys_through(
        &self,
        id: ComponentId,
    ) -> impl Iterator<Item = (&Journey, crate::Strength)> {
        self.journeys.iter().filter_map(move |it| it.need(id).map(|strength| (it, strength)))
    }

    pub fn workloads(&self) -> impl Iterator<Item = Of<'_, Workload>> {
        self.components.iter().filter_map(Component::workload)
    }
}
