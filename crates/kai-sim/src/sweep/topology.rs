//! Labels of nodes as numbered domains.

use smol_str::SmolStr;

use super::bits::Bits;
use crate::scheduler::Host;

/// More domains than this are looked up node by node.
const MASKS_MAX: usize = 64;
const NOWHERE: u32 = u32::MAX;

/// The domains of one label.
#[derive(Debug)]
pub(super) struct Topology {
    pub(super) key: SmolStr,
    of_host: Vec<u32>,
    pub(super) count: usize,
    /// The nodes of each domain, where there are few.
    masks: Vec<Bits>,
    pub(super) labelled: Bits,
}

impl Topology {
    pub(super) fn new(key: &str, hosts: &[Host<'_>]) -> Self {
        let mut values: Vec<&SmolStr> = hosts.iter().filter_map(|it| it.label(key)).collect();
        values.sort();
        values.dedup();
        let number = |host: &Host<'_>| {
            let value = host.label(key)?;
            values.binary_search(&value).ok().and_then(|it| u32::try_from(it).ok())
        };
        let of_host: Vec<u32> = hosts.iter().map(|it| number(it).unwrap_or(NOWHERE)).collect();
        Self::of(key, of_host, values.len())
    }

    /// Every node is a domain of its own.
    pub(super) fn of_hosts(count: usize) -> Self {
        Self::of("", (0..count).map(|it| it as u32).collect(), count)
    }

    fn of(key: &str, of_host: Vec<u32>, count: usize) -> Self {
        let len = of_host.len();
        let mask = |domain: usize| Bits::of(len, |it| of_host[it] == domain as u32);
        let masks = if count <= MASKS_MAX { (0..count).map(mask).collect() } else { Vec::new() };
        let labelled = Bits::of(len, |it| of_host[it] != NOWHERE);
        Self { key: key.into(), of_host, count, masks, labelled }
    }

    pub(super) fn domain(&self, host: usize) -> Option<usize> {
        let domain = self.of_host[host];
        (domain != NOWHERE).then_some(domain as usize)
    }

    /// Keeps the nodes whose domain will do; nodes without the label go.
    pub(super) fn keep(&self, nodes: &mut Bits, will_do: impl Fn(usize) -> bool) {
        nodes.keep(&self.labelled);
        self.keep_or_unlabelled(nodes, will_do);
    }

    /// As [`keep`](Self::keep), but nodes without the label stay.
    pub(super) fn keep_or_unlabelled(&self, nodes: &mut Bits, will_do: impl Fn(usize) -> bool) {
        if self.masks.is_empty() {
            let out: Vec<usize> =
                nodes.iter().filter(|&it| self.domain(it).is_some_and(|it| !will_do(it))).collect();
            out.into_iter().for_each(|it| nodes.remove(it));
        } else {
            let out = self.masks.iter().enumerate().filter(|(domain, _)| !will_do(*domain));
            out.for_each(|(_, mask)| nodes.take_away(mask));
        }
    }

    /// How many domains have one of the nodes.
    pub(super) fn count_of(&self, nodes: &Bits) -> usize {
        if !self.masks.is_empty() {
            return self.masks.iter().filter(|it| it.meets(nodes)).count();
        }
        let mut domains: Vec<usize> = nodes.iter().filter_map(|it| self.domain(it)).collect();
        domains.sort_unstable();
        domains.dedup();
        domains.len()
    }
}
