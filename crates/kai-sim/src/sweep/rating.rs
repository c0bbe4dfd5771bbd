//! What nodes are worth to pods of one size, as they are now.

use super::bits::Bits;
use super::room::{Capacity, Size, Taken};
use super::standing::Rated;

/// Kept from one placement to the next: only nodes that changed are looked at again.
#[derive(Debug, Clone, Default)]
pub(super) struct Rating {
    /// The failure that it is about.
    pub(super) failure: u64,
    /// How much of the log it knows.
    pub(super) seen: usize,
    /// Nodes that changed since they were looked at.
    stale: Bits,
    pub(super) fits: Bits,
    /// Only of nodes that fit.
    pub(super) scores: Vec<u8>,
}

impl Rating {
    /// Nodes that nothing happened to are what they were worth before.
    pub(super) fn begin(&mut self, failure: u64, rated: &Rated, touched: &Bits) {
        self.failure = failure;
        self.stale.clone_from(touched);
        self.fits.clone_from(&rated.fits);
        self.scores.clone_from(&rated.scores);
    }

    /// Something more happened on nodes.
    pub(super) fn hear(&mut self, hosts: impl Iterator<Item = usize>) {
        hosts.for_each(|it| self.stale.insert(it));
    }

    /// Looks at these nodes again as far as it has to.
    pub(super) fn look(&mut self, capacity: &Capacity, taken: &Taken, size: &Size, nodes: &Bits) {
        let Self { stale, fits, scores, .. } = self;
        stale.drain(nodes, |host| {
            let does_fit = capacity.fits(taken, size, host);
            fits.set(host, does_fit);
            if does_fit {
                scores[host] = capacity.score(taken, size, host);
            }
        });
    }
}
