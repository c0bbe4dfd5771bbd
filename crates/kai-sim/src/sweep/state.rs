//! What changes, and how it is taken back.

use super::bits::Bits;
use super::plan::Plan;
use super::rating::Rating;
use super::room::Taken;
use super::tally::Counts;

/// The cluster as it is now.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub(super) taken: Taken,
    /// By tally.
    pub(super) counts: Vec<Counts>,
    pub(super) alive: Bits,
    /// Nodes whose objects are there, whether they are lost or not.
    pub(super) known: Bits,
    /// Nodes on which something changed.
    pub(super) touched: Bits,
    /// Classes and how many of them, by node.
    pub(super) on_host: Vec<Vec<(usize, i32)>>,
    /// Class, node and how many: everything that changed.
    log: Vec<(usize, usize, i32)>,
    /// By size.
    ratings: Vec<Rating>,
    /// Counts up with every failure.
    failure: u64,
}

impl State {
    /// As the cluster is.
    pub(super) fn new(plan: &Plan<'_>) -> Self {
        let count = plan.nodes.len();
        let every = Bits::of(count, |_| true);
        let tallies = plan.tallies.iter();
        let counts = tallies.map(|it| Counts::none(it, &plan.topologies[it.topology], count));
        let mut state = Self {
            taken: Taken::nothing(&plan.capacity),
            counts: counts.collect(),
            alive: every.clone(),
            known: every,
            touched: Bits::none(count),
            on_host: vec![Vec::new(); count],
            log: Vec::new(),
            ratings: vec![Rating::default(); plan.sizes.len()],
            failure: 1,
        };
        for (host, pods) in plan.pods_on.iter().enumerate() {
            for &pod in pods {
                state.count(plan, plan.class_of[pod], host, 1);
            }
        }
        state.touched.clear();
        state
    }

    /// So many pods of a class come to a node, or leave it.
    pub(super) fn change(&mut self, plan: &Plan<'_>, class: usize, host: usize, count: i32) {
        self.log.push((class, host, count));
        self.count(plan, class, host, count);
    }

    fn count(&mut self, plan: &Plan<'_>, at: usize, host: usize, count: i32) {
        let class = &plan.classes[at];
        self.taken.add(&plan.sizes[class.size].size, host, i64::from(count));
        for &(number, weight) in &class.counts_in {
            let tally = &plan.tallies[number];
            let topology = &plan.topologies[tally.topology];
            self.counts[number].add(tally, topology, host, weight * count);
        }
        self.touched.insert(host);
        let there = &mut self.on_host[host];
        match there.iter_mut().find(|(it, _)| *it == at) {
            Some((_, number)) => *number += count,
            None => there.push((at, count)),
        }
    }

    /// Removes nodes that have no room for a size, and rates the others.
    pub(super) fn keep_roomy(&mut self, plan: &Plan<'_>, size: usize, nodes: &mut Bits) {
        let (rated, rating) = (&plan.sizes[size], &mut self.ratings[size]);
        if rating.failure == self.failure {
            rating.hear(self.log[rating.seen..].iter().map(|(_, host, _)| *host));
        } else {
            rating.begin(self.failure, rated, &self.touched);
        }
        rating.seen = self.log.len();
        rating.look(&plan.capacity, &self.taken, rated, nodes);
        nodes.keep(&rating.fits);
    }

    /// What nodes are worth that were rated last.
    pub(super) fn scores(&self, size: usize) -> &[u8] {
        &self.ratings[size].scores
    }

    /// Whether so many nodes changed that looking at each of the others costs less than looking for
    /// the best of them.
    pub(super) fn are_many_touched(&self) -> bool {
        self.log.len() > self.on_host.len() / 2
    }

    /// A node is not there any more, and with it what was on it.
    pub(super) fn lose(&mut self, plan: &Plan<'_>, host: usize) {
        self.empty(plan, host);
        self.known.remove(host);
        self.change_presence(plan, host, -1);
    }

    /// A node is silent and has a taint that nobody tolerates, but its object is still there.
    pub(super) fn silence(&mut self, plan: &Plan<'_>, host: usize) {
        self.empty(plan, host);
        self.change_welcome(plan, host, -1);
    }

    fn empty(&mut self, plan: &Plan<'_>, host: usize) {
        for at in 0..self.on_host[host].len() {
            let (class, count) = self.on_host[host][at];
            self.change(plan, class, host, -count);
        }
        self.alive.remove(host);
    }

    /// Everything as it was.
    pub(super) fn take_back(&mut self, plan: &Plan<'_>, lost: &[usize]) {
        while let Some((class, host, count)) = self.log.pop() {
            self.count(plan, class, host, -count);
        }
        for &host in lost {
            self.alive.insert(host);
            if self.known.contains(host) {
                self.change_welcome(plan, host, 1);
            } else {
                self.known.insert(host);
                self.change_presence(plan, host, 1);
            }
        }
        for host in self.touched.iter() {
            self.on_host[host].retain(|(_, count)| *count != 0);
        }
        self.touched.clear();
        self.failure += 1;
    }

    fn change_presence(&mut self, plan: &Plan<'_>, host: usize, by: i32) {
        for &number in &plan.with_presence {
            let tally = &plan.tallies[number];
            let topology = &plan.topologies[tally.topology];
            self.counts[number].change_presence(tally, topology, host, by);
        }
    }

    /// Only for those who look at taints.
    fn change_welcome(&mut self, plan: &Plan<'_>, host: usize, by: i32) {
        for &number in plan.with_presence.iter().filter(|&&it| plan.tallies[it].honours_taints) {
            let tally = &plan.tallies[number];
            let topology = &plan.topologies[tally.topology];
            self.counts[number].change_presence(tally, topology, host, by);
        }
    }
}
