//! Where a pod goes.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::Sweep;
use super::bits::Bits;
use super::compile::Class;
use super::relations::Relations;
use super::tally::Tally;
use super::topology::Topology;
use super::whatif::Gone;
use crate::model::{Effect, Node, Pod, Taint};
use crate::scheduler::{Cycle, Host, Snapshot, explanation};

impl Sweep<'_> {
    /// The first of the best nodes for a class; nothing where none takes it.
    pub(super) fn place(&mut self, class: usize) -> Option<usize> {
        if self.classes[class].is_special {
            return self.ask_scheduler(class);
        }
        let feasible = self.feasible(class);
        let first = feasible.iter().next()?;
        if feasible.count() == 1 {
            return Some(first);
        }
        self.best(class, &feasible)
    }

    fn feasible(&self, class: usize) -> Bits {
        let class = &self.classes[class];
        let rated = &self.sizes[class.size];
        let mut nodes = rated.fits.clone();
        nodes.take_away(&self.touched);
        for host in self.touched.iter() {
            if self.hosts.fits(&rated.size, host) {
                nodes.insert(host);
            }
        }
        nodes.keep(&self.masks[class.mask]);
        nodes.keep(&self.alive);
        self.keep_spread(class, &mut nodes);
        self.keep_near(&class.relations, &mut nodes);
        let is_none = |tally: &Tally, domain: usize| tally.counts[domain] <= 0;
        for &it in class.relations.away.iter().chain(&class.relations.others) {
            let (tally, topology) = self.tally(it);
            if tally.nonzero > 0 {
                topology.keep_or_unlabelled(&mut nodes, |domain| is_none(tally, domain));
            }
        }
        nodes
    }

    fn keep_spread(&self, class: &Class<'_>, nodes: &mut Bits) {
        for hard in &class.relations.hard {
            let (tally, topology) = self.tally(hard.tally);
            let least = tally.least(hard.min_domains);
            topology.keep(nodes, |it| tally.counts[it] + hard.itself - least <= hard.max_skew);
        }
    }

    /// The first of pods that want to be near to each other needs only the labels.
    fn keep_near(&self, relations: &Relations, nodes: &mut Bits) {
        let is_first = relations.near.iter().all(|&it| self.counted.tallies[it].nonzero == 0)
            && relations.wants_itself;
        for &it in &relations.near {
            let (tally, topology) = self.tally(it);
            topology.keep(nodes, |domain| is_first || tally.counts[domain] > 0);
        }
    }

    pub(super) fn tally(&self, at: usize) -> (&Tally, &Topology) {
        let tally = &self.counted.tallies[at];
        (tally, &self.counted.topologies[tally.topology])
    }

    /// A class whose volumes are counted.
    fn ask_scheduler(&self, class: usize) -> Option<usize> {
        let pod = Pod { node: None, ..self.classes[class].pod.clone() };
        let name = self.scheduled(Gone::Unreachable, |snapshot| {
            let cycle = Cycle::new(snapshot, &pod).ok()?;
            let best = Cycle::best(&cycle.scores(&cycle.verdicts()));
            best.first().map(|&it| snapshot.hosts[it].node.name.clone())
        })?;
        self.nodes.iter().position(|it| it.name == name)
    }

    /// Why no node takes a class, in the scheduler's words.
    pub(super) fn explain(&self, class: usize, gone: Gone) -> String {
        let pod = Pod { node: None, ..self.classes[class].pod.clone() };
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
        self.known.iter().filter(|&it| !self.alive.contains(it))
    }

    /// Asks the scheduler about the nodes as they are now; lost ones are what is left of them.
    fn scheduled<T>(&self, gone: Gone, ask: impl FnOnce(&Snapshot<'_>) -> T) -> T {
        let tainted: BTreeMap<usize, Node> =
            self.silent().map(|it| (it, as_lost(self.nodes[it], gone))).collect();
        let hosts = (0..self.nodes.len()).filter_map(|it| {
            let node =
                tainted.get(&it).or_else(|| self.alive.contains(it).then_some(self.nodes[it]))?;
            let mut host = Host::empty(node);
            for &(class, count) in &self.on_host[it] {
                (0..count).for_each(|_| host.add(self.classes[class].pod));
            }
            Some(host)
        });
        ask(&Snapshot::of(self.cluster, hosts.collect()))
    }
}

/// What the scheduler sees of a node whose object is still there.
fn as_lost(node: &Node, gone: Gone) -> Node {
    let mut node = node.clone();
    if gone == Gone::Cordoned {
        node.is_unschedulable = true;
        return node;
    }
    for effect in [Effect::NoSchedule, Effect::NoExecute] {
        let key = "node.kubernetes.io/unreachable".into();
        node.taints.push(Taint { key, value: SmolStr::default(), effect });
    }
    node
}
