//! Labels of nodes as numbered domains.

use smol_str::SmolStr;

use super::bits::Bits;
use crate::scheduler::Host;

/// More domains than this are not looked at one by one.
const FEW: usize = 64;
const NOWHERE: u32 = u32::MAX;

/// The domains of one label.
#[derive(Debug, Clone)]
pub(super) struct Topology {
    pub(super) key: SmolStr,
    of_host: Vec<u32>,
    pub(super) count: usize,
    /// The nodes of each domain, where there are few domains with several nodes each.
    masks: Vec<Bits>,
    /// The nodes of each domain, where there are many domains.
    members: Vec<Vec<u32>>,
    pub(super) labelled: Bits,
    /// No two nodes are in one domain.
    is_of_single_hosts: bool,
}

impl Topology {
    pub(super) fn new(key: &str, hosts: &[Host<'_>]) -> Self {
        let labels: Vec<Option<&SmolStr>> = hosts.iter().map(|it| it.label(key)).collect();
        let mut values: Vec<&SmolStr> = labels.iter().copied().flatten().collect();
        values.sort_unstable();
        values.dedup();
        let number = |value: &Option<&SmolStr>| {
            value.and_then(|it| values.binary_search(&it).ok()).map_or(NOWHERE, |it| it as u32)
        };
        Self::of(key, labels.iter().map(number).collect(), values.len())
    }

    /// Every node is a domain of its own.
    pub(super) fn of_hosts(count: usize) -> Self {
        Self::of("", (0..count).map(|it| it as u32).collect(), count)
    }

    fn of(key: &str, of_host: Vec<u32>, count: usize) -> Self {
        let len = of_host.len();
        let labelled = Bits::of(len, |it| of_host[it] != NOWHERE);
        let is_of_single_hosts = labelled.count() == count;
        let (mut masks, mut members) = (Vec::new(), Vec::new());
        if count <= FEW && 2 * count <= len {
            masks = vec![Bits::none(len); count];
            labelled.iter().for_each(|it| masks[of_host[it] as usize].insert(it));
        } else {
            members = vec![Vec::new(); count];
            labelled.iter().for_each(|it| members[of_host[it] as usize].push(it as u32));
        }
        Self { key: key.into(), of_host, count, masks, members, labelled, is_of_single_hosts }
    }

    pub(super) fn domain(&self, host: usize) -> Option<usize> {
        let domain = self.of_host[host];
        (domain != NOWHERE).then_some(domain as usize)
    }

    /// The nodes of each domain; none where there are [many](Self::has_many) domains.
    pub(super) fn masks(&self) -> &[Bits] {
        &self.masks
    }

    /// Whether there are too many domains to look at one by one.
    pub(super) fn has_many(&self) -> bool {
        !self.members.is_empty()
    }

    /// The nodes of one of many domains.
    pub(super) fn members(&self, domain: usize) -> impl Iterator<Item = usize> + '_ {
        self.members.get(domain).into_iter().flatten().map(|&it| it as usize)
    }

    /// How many domains have one of the nodes; nodes without the label are one.
    pub(super) fn count_with_unlabelled(&self, nodes: &Bits) -> usize {
        self.count_of(nodes) + usize::from(!nodes.is_within(&self.labelled))
    }

    /// How many domains have one of the nodes.
    pub(super) fn count_of(&self, nodes: &Bits) -> usize {
        if self.is_of_single_hosts {
            return nodes.count_with(&self.labelled);
        }
        if !self.has_many() {
            return self.masks.iter().filter(|it| it.meets(nodes)).count();
        }
        let mut domains: Vec<usize> = nodes.iter().filter_map(|it| self.domain(it)).collect();
        domains.sort_unstable();
        domains.dedup();
        domains.len()
    }
}
