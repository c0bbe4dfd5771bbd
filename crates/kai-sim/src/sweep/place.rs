//! Where a pod goes.

use super::Sweep;
use super::bits::Bits;
use super::compile::Class;
use super::relations::Relations;
use super::tally::Tally;
use super::topology::Topology;
use crate::model::Pod;
use crate::scheduler::{Cycle, Host, Snapshot};

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
        let alive: Vec<usize> = self.alive.iter().collect();
        let hosts = alive.iter().map(|&it| {
            let mut host = Host::empty(self.nodes[it]);
            for &(class, count) in &self.on_host[it] {
                (0..count).for_each(|_| host.add(self.classes[class].pod));
            }
            host
        });
        let snapshot = Snapshot::of(self.cluster, hosts.collect());
        let pod = Pod { node: None, ..self.classes[class].pod.clone() };
        let cycle = Cycle::new(&snapshot, &pod).ok()?;
        let best = Cycle::best(&cycle.scores(&cycle.verdicts()));
        best.first().map(|&it| alive[it])
    }
}
