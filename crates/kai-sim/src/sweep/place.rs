//! Where a pod goes.

use std::collections::BTreeMap;

use super::Sweep;
use super::bits::Bits;
use super::plan::{Class, Plan};
use super::relations::{Hard, Relations};
use super::standing::Standing;
use super::state::State;
use super::topology::Topology;
use super::whatif::Gone;
use crate::model::{Node, Pod};
use crate::scheduler::{Cycle, Host, Snapshot, explanation};

impl<'a> Sweep<'a> {
    /// The first of the best nodes for a class; nothing where none takes it.
    pub(super) fn place(&mut self, class: usize) -> Option<usize> {
        if self.plan.classes[class].is_special {
            return self.ask_scheduler(class);
        }
        let (nodes, present) = (&mut self.memory.feasible, &mut self.memory.looked_at);
        let class_of = &self.plan.classes[class];
        find_feasible(&self.plan, &self.standing, &mut self.state, class_of, nodes, present);
        let (first, is_alone) = {
            let mut feasible = nodes.iter();
            (feasible.next(), feasible.next().is_none())
        };
        if is_alone { first } else { self.best(class) }
    }

    /// A class whose volumes are counted.
    fn ask_scheduler(&self, class: usize) -> Option<usize> {
        let pod = Pod { node: None, ..self.pod_of(class).clone() };
        let name = self.scheduled(Gone::Unreachable, |snapshot| {
            let cycle = Cycle::new(snapshot, &pod).ok()?;
            let best = Cycle::best(&cycle.scores(&cycle.verdicts()));
            best.first().map(|&it| snapshot.hosts[it].node.name.clone())
        })?;
        (0..self.plan.host_count()).find(|&it| self.node(it).name == name)
    }

    /// The first pod of a class.
    fn pod_of(&self, class: usize) -> &'a Pod {
        &self.cluster.pods[self.plan.classes[class].pod]
    }

    fn node(&self, host: usize) -> &'a Node {
        &self.cluster.nodes[self.plan.number_of[host]]
    }

    /// Why no node takes a class, in the scheduler's words.
    pub(super) fn explain(&self, class: usize, gone: Gone) -> String {
        let pod = Pod { node: None, ..self.pod_of(class).clone() };
        self.scheduled(gone, |snapshot| match Cycle::new(snapshot, &pod) {
            Ok(cycle) => explanation(&cycle.verdicts()),
            Err(rejection) => {
                let (count, reasons) = (snapshot.hosts.len(), rejection.reasons.join(", "));
                format!("0/{count} nodes are available: {reasons}.")
            }
        })
    }

    /// Nodes that are lost while their objects are still there.
    fn silent(&self) -> impl Iterator<Item = usize> {
        self.state.known.iter().filter(|&it| !self.state.alive.contains(it))
    }

    /// Asks the scheduler about the nodes as they are now; lost ones are what is left of them.
    fn scheduled<T>(&self, gone: Gone, ask: impl FnOnce(&Snapshot<'_>) -> T) -> T {
        let tainted: BTreeMap<usize, Node> =
            self.silent().map(|it| (it, gone.seen(self.node(it)))).collect();
        let hosts = (0..self.plan.host_count()).filter_map(|it| {
            let node = tainted
                .get(&it)
                .or_else(|| self.state.alive.contains(it).then(|| self.node(it)))?;
            let mut host = Host::empty(node);
            for (class, count) in self.state.classes_on(&self.standing, it) {
                (0..count).for_each(|_| host.add(self.pod_of(class)));
            }
            Some(host)
        });
        ask(&Snapshot::of(self.cluster, hosts.collect()))
    }
}

/// Nodes that take a pod of the class.
fn find_feasible(
    plan: &Plan,
    standing: &Standing,
    state: &mut State,
    class: &Class,
    nodes: &mut Bits,
    present: &mut Bits,
) {
    nodes.clone_from(&plan.masks[class.mask]);
    nodes.keep(&state.alive);
    for hard in &class.relations.hard {
        keep_spread(plan, state, hard, nodes, present);
    }
    keep_near(plan, state, &class.relations, nodes);
    for &it in class.relations.away.iter().chain(&class.relations.others) {
        let counts = &state.counts[it];
        if counts.nonzero > 0 {
            let topology = plan.topology_of(it);
            nodes.take_away(&counts.crowd);
            for (_, mask) in domains(topology).filter(|(domain, _)| counts.of(*domain) > 0) {
                nodes.take_away(mask);
            }
        }
    }
    state.keep_roomy(plan, standing, class.size, nodes);
}

fn keep_spread(plan: &Plan, state: &State, hard: &Hard, nodes: &mut Bits, present: &mut Bits) {
    let (counts, topology) = (&state.counts[hard.tally], plan.topology_of(hard.tally));
    state.present(&plan.tallies[hard.tally], present);
    let least = counts.least(topology, present, hard.min_domains);
    let most = hard.max_skew + least - hard.itself;
    if most < 0 {
        nodes.clear();
        return;
    }
    nodes.keep(&topology.labelled);
    nodes.sift(&counts.crowd, |it| counts.at(topology, it) <= most);
    for (_, mask) in domains(topology).filter(|(domain, _)| counts.of(*domain) > most) {
        nodes.take_away(mask);
    }
}

/// The first of pods that want to be near to each other needs only the labels.
fn keep_near(plan: &Plan, state: &State, relations: &Relations, nodes: &mut Bits) {
    let is_first =
        relations.wants_itself && relations.near.iter().all(|&it| state.counts[it].nonzero == 0);
    for &it in &relations.near {
        let (counts, topology) = (&state.counts[it], plan.topology_of(it));
        nodes.keep(&topology.labelled);
        if is_first {
            continue;
        }
        if topology.has_many() {
            nodes.keep(&counts.crowd);
        }
        for (_, mask) in domains(topology).filter(|(domain, _)| counts.of(*domain) == 0) {
            nodes.take_away(mask);
        }
    }
}

/// Domains that are few.
fn domains(topology: &Topology) -> impl Iterator<Item = (usize, &Bits)> {
    topology.masks().iter().enumerate()
}
