//! A cluster, and what happened to it.

use super::Event;
use super::invariant;
use crate::disruption;
use crate::model::{Cluster, Key, Phase, Pod};
use crate::scheduler::{Cycle, Snapshot, explanation};

#[derive(Debug, Clone)]
pub struct World {
    cluster: Cluster,
    events: Vec<Event>,
}

impl World {
    /// Budgets have the statuses that their controller would write.
    #[must_use]
    pub fn new(cluster: Cluster) -> Self {
        let mut world = Self { cluster, events: Vec::new() };
        disruption::update(&mut world.cluster);
        world
    }

    #[must_use]
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// Everything that happened, in order.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    #[must_use]
    pub fn pod(&self, key: &Key) -> Option<&Pod> {
        self.cluster.pods.iter().find(|it| is(it, key))
    }

    /// Something happens; what it speaks of and is not there is passed over.
    pub fn apply(&mut self, event: Event) {
        match &event {
            Event::Cordoned { node } => self.cordon(node, true),
            Event::Uncordoned { node } => self.cordon(node, false),
            Event::NodeLost { node } => self.lose(node),
            Event::NodeRemoved { node } => {
                self.cluster.nodes.retain(|it| it.name != *node);
                self.cluster.pods.retain(|it| it.node.as_ref() != Some(node));
            }
            Event::Created { pod } => self.cluster.pods.push((**pod).clone()),
            Event::Bound { pod, node } => self.change(pod, |it| it.node = Some(node.clone())),
            Event::Started { pod } => self.change(pod, |it| it.phase = Phase::Running),
            Event::BecameReady { pod } => self.change(pod, |it| it.is_ready = true),
            Event::Evicted { pod, budget } => self.evict(pod, budget.as_ref()),
            Event::Deleted { pod } => self.cluster.pods.retain(|it| !is(it, pod)),
        }
        disruption::update(&mut self.cluster);
        invariant::check(&self.cluster, &event);
        self.events.push(event);
    }

    /// Schedules a pod that waits, on the first of the best nodes; the reason where none takes it.
    pub fn schedule(&mut self, key: &Key) -> Result<(), String> {
        let node = self.place(key)?;
        self.apply(Event::Bound { pod: key.clone(), node });
        Ok(())
    }

    fn place(&self, key: &Key) -> Result<smol_str::SmolStr, String> {
        let Some(pod) = self.pod(key) else { return Err(format!("there is no pod `{key}`")) };
        let snapshot = Snapshot::new(&self.cluster);
        let cycle = match Cycle::new(&snapshot, pod) {
            Ok(cycle) => cycle,
            Err(rejection) => {
                let (count, reasons) = (snapshot.hosts.len(), rejection.reasons.join(", "));
                return Err(format!("0/{count} nodes are available: {reasons}."));
            }
        };
        let verdicts = cycle.verdicts();
        let best = Cycle::best(&cycle.scores(&verdicts));
        let first = best.first().map(|&it| snapshot.hosts[it].node.name.clone());
        first.ok_or_else(|| explanation(&verdicts))
    }

    fn cordon(&mut self, node: &str, is_cordoned: bool) {
        for it in self.cluster.nodes.iter_mut().filter(|it| it.name == node) {
            it.is_unschedulable = is_cordoned;
        }
    }

    fn lose(&mut self, node: &str) {
        for it in self.cluster.nodes.iter_mut().filter(|it| it.name == node) {
            it.is_ready = false;
        }
        for pod in self.cluster.pods.iter_mut().filter(|it| it.node.as_deref() == Some(node)) {
            pod.is_ready = false;
        }
    }

    fn evict(&mut self, pod: &Key, budget: Option<&Key>) {
        self.change(pod, |it| {
            it.is_terminating = true;
            it.is_ready = false;
        });
        let spent = self.cluster.budgets.iter_mut().filter(|it| Some(&it.key) == budget);
        spent.for_each(|it| it.status.disruptions_allowed -= 1);
    }

    fn change(&mut self, key: &Key, change: impl Fn(&mut Pod)) {
        self.cluster.pods.iter_mut().filter(|it| is(it, key)).for_each(change);
    }
}

fn is(pod: &Pod, key: &Key) -> bool {
    pod.name == key.name && pod.namespace == key.namespace
}
