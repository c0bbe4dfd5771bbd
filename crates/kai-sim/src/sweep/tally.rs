//! Numbers of pods by domain.

use super::bits::Bits;
use super::topology::Topology;

/// What is counted: pods of some classes, in the domains of one label.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Tally {
    pub(super) topology: usize,
    /// Nodes on which pods count; all where nothing is here.
    pub(super) included: Option<Bits>,
    /// Whether it matters how many nodes there are in each domain; only for constraints that must
    /// hold.
    pub(super) has_presence: bool,
    /// A node with a taint that the pod does not tolerate does not count.
    pub(super) honours_taints: bool,
}

/// A tally as it is now.
#[derive(Debug, Clone)]
pub(super) struct Counts {
    by_domain: Vec<i32>,
    /// How many domains do not have 0.
    pub(super) nonzero: usize,
    /// The nodes of those, where there are many domains.
    pub(super) crowd: Bits,
    /// How many nodes count in each domain.
    present: Vec<u32>,
    /// How many domains have such a node.
    there: usize,
    /// How many of those have 0 pods.
    idle: usize,
}

impl Tally {
    pub(super) fn new(topology: usize, included: Option<Bits>) -> Self {
        Self { topology, included, has_presence: false, honours_taints: false }
    }

    fn domain(&self, topology: &Topology, host: usize) -> Option<usize> {
        let is_included = self.included.as_ref().is_none_or(|it| it.contains(host));
        topology.domain(host).filter(|_| is_included)
    }
}

impl Counts {
    pub(super) fn none(tally: &Tally, topology: &Topology, host_count: usize) -> Self {
        let count = topology.count;
        let mut counts = Self {
            by_domain: vec![0; count],
            nonzero: 0,
            crowd: if topology.has_many() { Bits::none(host_count) } else { Bits::default() },
            present: if tally.has_presence { vec![0; count] } else { Vec::new() },
            there: 0,
            idle: 0,
        };
        (0..host_count).for_each(|it| counts.change_presence(tally, topology, it, 1));
        counts
    }

    pub(super) fn of(&self, domain: usize) -> i64 {
        i64::from(self.by_domain[domain])
    }

    /// 0 where a node is in no domain.
    pub(super) fn at(&self, topology: &Topology, host: usize) -> i64 {
        // Of many domains most have no pod, and the set of those that have is near at hand.
        if topology.has_many() && !self.crowd.contains(host) {
            return 0;
        }
        topology.domain(host).map_or(0, |it| self.of(it))
    }

    pub(super) fn add(&mut self, tally: &Tally, topology: &Topology, host: usize, amount: i32) {
        let Some(domain) = tally.domain(topology, host) else { return };
        let count = &mut self.by_domain[domain];
        let was_zero = *count == 0;
        *count += amount;
        let is_zero = *count == 0;
        if was_zero == is_zero {
            return;
        }
        let is_there = self.present.get(domain).is_some_and(|it| *it > 0);
        if is_zero {
            self.nonzero -= 1;
            self.idle += usize::from(is_there);
            topology.members(domain).for_each(|it| self.crowd.remove(it));
        } else {
            self.nonzero += 1;
            self.idle -= usize::from(is_there);
            topology.members(domain).for_each(|it| self.crowd.insert(it));
        }
    }

    /// A node comes, or goes where `by` is −1.
    pub(super) fn change_presence(
        &mut self,
        tally: &Tally,
        topology: &Topology,
        host: usize,
        by: i32,
    ) {
        if !tally.has_presence {
            return;
        }
        let Some(domain) = tally.domain(topology, host) else { return };
        let present = &mut self.present[domain];
        let was_there = *present > 0;
        *present = present.saturating_add_signed(by);
        let is_there = *present > 0;
        let is_idle = usize::from(self.by_domain[domain] == 0);
        if is_there && !was_there {
            self.there += 1;
            self.idle += is_idle;
        } else if was_there && !is_there {
            self.there -= 1;
            self.idle -= is_idle;
        }
    }

    /// The fewest of any domain that is there; 0 where there are fewer domains than there must be.
    pub(super) fn least(&self, min_domains: i64) -> i64 {
        let are_too_few = usize::try_from(min_domains).is_ok_and(|it| self.there < it);
        if self.idle > 0 || are_too_few || self.there == 0 {
            return 0;
        }
        let there = self.by_domain.iter().zip(&self.present).filter(|(_, present)| **present > 0);
        there.map(|(count, _)| i64::from(*count)).min().unwrap_or(0)
    }
}
