//! Numbers of pods by domain.

use super::bits::Bits;
use super::topology::Topology;

/// What is counted: pods of some classes, in the domains of one label.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Tally {
    pub(super) topology: usize,
    /// Nodes on which pods count; all where nothing is here.
    pub(super) included: Option<Bits>,
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
}

impl Tally {
    pub(super) fn new(topology: usize, included: Option<Bits>) -> Self {
        Self { topology, included, honours_taints: false }
    }

    fn domain(&self, topology: &Topology, host: usize) -> Option<usize> {
        let is_included = self.included.as_ref().is_none_or(|it| it.contains(host));
        topology.domain(host).filter(|_| is_included)
    }
}

impl Counts {
    pub(super) fn none(topology: &Topology, host_count: usize) -> Self {
        let count = topology.count;
        Self {
            by_domain: vec![0; count],
            nonzero: 0,
            crowd: if topology.has_many() { Bits::none(host_count) } else { Bits::default() },
        }
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
        if is_zero {
            self.nonzero -= 1;
            topology.members(domain).for_each(|it| self.crowd.remove(it));
        } else {
            self.nonzero += 1;
            topology.members(domain).for_each(|it| self.crowd.insert(it));
        }
    }

    /// The fewest of any domain that has one of the nodes; 0 where there are fewer domains than there
    /// must be.
    pub(super) fn least(&self, topology: &Topology, nodes: &Bits, min_domains: i64) -> i64 {
        if min_domains > 1 && (topology.count_of(nodes) as i64) < min_domains {
            return 0;
        }
        if !topology.has_many() {
            let there = topology.masks().iter().zip(&self.by_domain);
            let there = there.filter(|(mask, _)| mask.meets(nodes)).map(|(_, count)| *count);
            return there.min().map_or(0, i64::from);
        }
        if nodes.iter_with(&topology.labelled).any(|it| !self.crowd.contains(it)) {
            return 0;
        }
        let domains = nodes.iter().filter_map(|it| topology.domain(it));
        domains.map(|it| self.of(it)).min().unwrap_or(0)
    }
}
