//! What goes down with a component: journeys, and what needs it.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use kai_core::{ComponentId, RootId};
use kai_graph::{ByComponent, ComponentKind, DependencyKind, Strength, System};

/// What a failure of one component reaches.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Reach {
    /// Indexes into [`System::journeys`], with how they need it; by name.
    pub(crate) journeys: Vec<(usize, Strength)>,
    /// Those of them, by index, whose traffic comes to it by routes alone: without it they stop,
    /// whatever their programs do when a call fails.
    pub(crate) routed: Vec<usize>,
    /// Running things that need it, nearest first, then by name.
    pub(crate) dependants: Vec<Dependant>,
    /// What runs the images that it makes, by name. The journeys are those of these.
    pub(crate) runs_its_images: Vec<ComponentId>,
    /// True where a journey of the same root is known at all.
    pub(crate) knows_journeys: bool,
}

/// A running thing that needs another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dependant {
    pub(crate) id: ComponentId,
    /// True where it is not started without, or traffic comes by a route. False where all that is
    /// known is that somewhere on the way an address is configured.
    pub(crate) is_certain: bool,
}

/// Answers for every component, each computed once.
#[derive(Debug)]
pub(crate) struct ReachIndex<'a> {
    system: &'a System,
    /// Indexes of the journeys that a component is part of, with how they need it.
    journeys: ByComponent<(usize, Strength)>,
    /// Roots that have a journey, sorted.
    roots: Vec<RootId>,
    /// By component.
    known: Vec<OnceLock<Arc<Reach>>>,
}

impl<'a> ReachIndex<'a> {
    pub(crate) fn new(system: &'a System) -> Self {
        let mut journeys = Vec::new();
        let mut roots = Vec::new();
        for (index, journey) in system.journeys().iter().enumerate() {
            roots.push(system.component(journey.entry).root);
            journeys.push((journey.entry, (index, Strength::Hard)));
            let others = journey.needs.iter().filter(|it| it.component != journey.entry);
            journeys.extend(others.map(|it| (it.component, (index, it.strength))));
        }
        roots.sort_unstable();
        roots.dedup();
        let count = system.components().len();
        let journeys = ByComponent::new(count, &journeys);
        Self { system, journeys, roots, known: vec![OnceLock::new(); count] }
    }

    pub(crate) fn of(&self, id: ComponentId) -> Arc<Reach> {
        let known = &self.known[id.0 as usize];
        Arc::clone(known.get_or_init(|| Arc::new(self.compute(id))))
    }

    fn compute(&self, id: ComponentId) -> Reach {
        let mut start = vec![id];
        let mut journeys = self.journeys.of(id).to_vec();
        let runs_its_images = self.system.runs_images_of(id);
        if journeys.is_empty() {
            // A control is on no journey itself; what it acts on may be, and what runs what it makes.
            start.extend(self.acted_on(id));
            let all = start.iter().chain(&runs_its_images);
            journeys = all.flat_map(|&it| self.journeys.of(it)).copied().collect();
            journeys.sort_unstable();
            journeys.dedup_by_key(|it| it.0);
        }
        let name = |index: usize| self.system.journeys()[index].name.as_str();
        journeys.sort_by(|one, other| name(one.0).cmp(name(other.0)));
        let root = self.system.component(id).root;
        let ways: Vec<_> = start.iter().map(|&it| self.system.ways_to(it)).collect();
        let entry = |index: usize| self.system.journeys()[index].entry;
        let routed = journeys.iter().map(|it| it.0).filter(|&it| {
            let entry = entry(it);
            ways.iter().any(|ways| ways.contains(&entry))
        });
        Reach {
            routed: routed.collect(),
            journeys,
            dependants: self.dependants(&start),
            runs_its_images,
            knows_journeys: self.roots.binary_search(&root).is_ok(),
        }
    }

    fn acted_on(&self, id: ComponentId) -> impl Iterator<Item = ComponentId> {
        let acts = |kind| matches!(kind, DependencyKind::Controls);
        self.system.needs(id).iter().filter(move |it| acts(it.kind)).map(|it| it.target)
    }

    fn dependants(&self, start: &[ComponentId]) -> Vec<Dependant> {
        // A way that is certain may be longer than one that is not.
        let (_, certain) = self.ways(start, |kind| kind != DependencyKind::Calls);
        let (order, _) = self.ways(start, |_| true);
        let order = order.into_iter().filter(|&it| self.runs(it));
        order.map(|id| Dependant { id, is_certain: certain.contains(&id) }).collect()
    }

    /// What needs one of these by arrows of such kinds, nearest first, then by name; and the same as a set.
    fn ways(
        &self,
        start: &[ComponentId],
        is_such: impl Fn(DependencyKind) -> bool,
    ) -> (Vec<ComponentId>, BTreeSet<ComponentId>) {
        let mut seen: BTreeSet<_> = start.iter().copied().collect();
        let mut level = start.to_vec();
        let mut order = Vec::new();
        while !level.is_empty() {
            let mut next = Vec::new();
            for &id in &level {
                let hard = self.system.needed_by(id).filter(|it| {
                    it.strength == Strength::Hard && carries_failure(it.kind) && is_such(it.kind)
                });
                next.extend(hard.map(|it| it.source).filter(|&it| seen.insert(it)));
            }
            let name = |it: &ComponentId| {
                let component = self.system.component(*it);
                (&component.native_kind, &component.name)
            };
            next.sort_by(|one, other| name(one).cmp(&name(other)));
            order.extend(&next);
            level = next;
        }
        (order, seen)
    }

    fn runs(&self, id: ComponentId) -> bool {
        use ComponentKind::{Cache, Datastore, Queue, Workload};
        matches!(self.system.component(id).kind, Workload | Datastore | Queue | Cache)
    }
}

/// True where what the arrow starts from suffers when its target does.
fn carries_failure(kind: DependencyKind) -> bool {
    use DependencyKind::{AskedBy, BacksUp, Controls, KeepsIn};
    !matches!(kind, Controls | BacksUp | AskedBy | KeepsIn)
}
