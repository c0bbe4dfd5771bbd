//! Numbers of pods by domain.

use super::bits::Bits;
use super::topology::Topology;

/// Pods of some classes, counted in the domains of one label.
#[derive(Debug)]
pub(super) struct Tally {
    pub(super) topology: usize,
    /// Nodes on which pods count; all where nothing is here.
    pub(super) included: Option<Bits>,
    pub(super) counts: Vec<i64>,
    /// How many domains do not have 0.
    pub(super) nonzero: usize,
    /// How many nodes count in each domain; only for constraints that must hold.
    pub(super) present: Vec<u32>,
    /// A node with a taint that the pod does not tolerate does not count.
    pub(super) honours_taints: bool,
}

impl Tally {
    pub(super) fn new(at: usize, topology: &Topology, included: Option<Bits>) -> Self {
        let counts = vec![0; topology.count];
        let present = Vec::new();
        Self { topology: at, included, counts, nonzero: 0, present, honours_taints: false }
    }

    pub(super) fn with_presence(mut self, topology: &Topology) -> Self {
        self.present = vec![0; topology.count];
        for host in self.included.iter().flat_map(Bits::iter) {
            if let Some(domain) = topology.domain(host) {
                self.present[domain] += 1;
            }
        }
        self
    }

    pub(super) fn includes(&self, host: usize) -> bool {
        self.included.as_ref().is_none_or(|it| it.contains(host))
    }

    pub(super) fn add(&mut self, topology: &Topology, host: usize, amount: i64) {
        let Some(domain) = topology.domain(host).filter(|_| self.includes(host)) else { return };
        let count = &mut self.counts[domain];
        let was_zero = *count == 0;
        *count += amount;
        match (was_zero, *count == 0) {
            (true, false) => self.nonzero += 1,
            (false, true) => self.nonzero -= 1,
            _ => {}
        }
    }

    /// A node comes, or goes where `by` is −1.
    pub(super) fn change_presence(&mut self, topology: &Topology, host: usize, by: i32) {
        if self.present.is_empty() || !self.includes(host) {
            return;
        }
        if let Some(domain) = topology.domain(host) {
            self.present[domain] = self.present[domain].saturating_add_signed(by);
        }
    }

    /// The fewest of any domain that is there; 0 where there are fewer domains than there must be.
    pub(super) fn least(&self, min_domains: i64) -> i64 {
        let there = self.counts.iter().zip(&self.present).filter(|(_, present)| **present > 0);
        let (mut count, mut least) = (0, i64::MAX);
        for (it, _) in there {
            count += 1;
            least = least.min(*it);
        }
        if count < min_domains || count == 0 { 0 } else { least }
    }
}
