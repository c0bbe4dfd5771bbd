//! What changes, and how it is taken back.

use super::bits::Bits;
use super::plan::Plan;
use super::rating::Rating;
use super::room::Taken;
use super::standing::Standing;
use super::tally::{Counts, Tally};

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
    /// Class, node and how many: everything that changed.
    log: Vec<(usize, usize, i32)>,
    /// By size.
    ratings: Vec<Rating>,
    /// Counts up with every failure.
    failure: u64,
}

impl State {
    /// With so many pods of classes on each host.
    pub(super) fn new(plan: &Plan, classes_on: &[Vec<(usize, i32)>]) -> Self {
        let count = plan.host_count();
        let every = Bits::of(count, |_| true);
        let tallies = plan.tallies.iter();
        let counts = tallies.map(|it| Counts::none(&plan.topologies[it.topology], count));
        let mut state = Self {
            taken: Taken::nothing(&plan.capacity),
            counts: counts.collect(),
            alive: every.clone(),
            known: every,
            touched: Bits::none(count),
            log: Vec::new(),
            ratings: vec![Rating::default(); plan.sizes.len()],
            failure: 1,
        };
        for (host, classes) in classes_on.iter().enumerate() {
            for &(class, number) in classes {
                state.count(plan, class, host, number);
            }
        }
        state
    }

    /// So many pods of a class come to a node, or leave it.
    pub(super) fn change(&mut self, plan: &Plan, class: usize, host: usize, count: i32) {
        self.log.push((class, host, count));
        self.touched.insert(host);
        self.count(plan, class, host, count);
    }

    fn count(&mut self, plan: &Plan, at: usize, host: usize, count: i32) {
        let class = &plan.classes[at];
        self.taken.add(&plan.sizes[class.size], host, i64::from(count));
        for &(number, weight) in &class.counts_in {
            let tally = &plan.tallies[number];
            let topology = &plan.topologies[tally.topology];
            self.counts[number].add(tally, topology, host, weight * count);
        }
    }

    /// Classes and how many of them are on a node.
    pub(super) fn classes_on(&self, standing: &Standing, host: usize) -> Vec<(usize, i32)> {
        let mut there = standing.classes_on[host].clone();
        for &(class, _, count) in self.log.iter().filter(|(_, it, _)| *it == host) {
            match there.iter_mut().find(|(it, _)| *it == class) {
                Some((_, number)) => *number += count,
                None => there.push((class, count)),
            }
        }
        there
    }

    /// Removes nodes that have no room for a size, and rates the others.
    pub(super) fn keep_roomy(
        &mut self,
        plan: &Plan,
        standing: &Standing,
        size: usize,
        nodes: &mut Bits,
    ) {
        let (rated, rating) = (&standing.rated[size], &mut self.ratings[size]);
        if rating.failure == self.failure {
            rating.hear(self.log[rating.seen..].iter().map(|(_, host, _)| *host));
        } else {
            rating.begin(self.failure, rated, &self.touched);
        }
        rating.seen = self.log.len();
        rating.look(&plan.capacity, &self.taken, &plan.sizes[size], nodes);
        nodes.keep(&rating.fits);
    }

    /// What nodes are worth that were rated last.
    pub(super) fn scores(&self, size: usize) -> &[u8] {
        &self.ratings[size].scores
    }

    /// Whether so many nodes changed that looking at each of the others costs less than looking for
    /// the best of them.
    pub(super) fn are_many_touched(&self) -> bool {
        self.log.len() > self.taken.host_count() / 2
    }

    /// A node to which nothing happened yet is not there any more, and with it what was on it.
    pub(super) fn lose(&mut self, plan: &Plan, standing: &Standing, host: usize) {
        self.silence(plan, standing, host);
        self.known.remove(host);
    }

    /// A node to which nothing happened yet is silent and has a taint that nobody tolerates, but its
    /// object is still there.
    pub(super) fn silence(&mut self, plan: &Plan, standing: &Standing, host: usize) {
        for &(class, count) in &standing.classes_on[host] {
            self.change(plan, class, host, -count);
        }
        self.alive.remove(host);
    }

    /// Nodes that count as there for those who look at a tally.
    pub(super) fn present(&self, tally: &Tally, nodes: &mut Bits) {
        nodes.clone_from(if tally.honours_taints { &self.alive } else { &self.known });
        tally.included.iter().for_each(|it| nodes.keep(it));
    }

    /// Everything as it was.
    pub(super) fn take_back(&mut self, plan: &Plan, lost: &[usize]) {
        while let Some((class, host, count)) = self.log.pop() {
            self.count(plan, class, host, -count);
        }
        for &host in lost {
            self.alive.insert(host);
            self.known.insert(host);
        }
        self.touched.clear();
        self.failure += 1;
    }
}
