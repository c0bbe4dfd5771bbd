//! Pairs of nodes that stop together what neither of them stops alone.

/// Pods of one workload, and how many of them may be lost.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spare {
    /// Nodes, and how many of the pods are there.
    pub on: Vec<(usize, usize)>,
    pub may_lose: usize,
}

/// Two nodes, the lower number first, and the place of the workload in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    pub nodes: (usize, usize),
    pub workload: usize,
}

/// Every pair of nodes that takes more of a workload than it may lose, while each alone does not;
/// sorted. All pairs are answered for, but only those that share a workload are looked at.
#[must_use]
pub fn pairs(workloads: &[Spare]) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (workload, spare) in workloads.iter().enumerate() {
        let mut on: Vec<(usize, usize)> = spare.on.clone();
        on.retain(|(_, count)| *count <= spare.may_lose);
        on.sort_unstable_by_key(|&(node, count)| (std::cmp::Reverse(count), node));
        for (at, &(one, first)) in on.iter().enumerate() {
            let others = on[at + 1..].iter();
            let others = others.take_while(|(_, count)| first + count > spare.may_lose);
            let pair = |&(other, _): &(usize, usize)| Pair {
                nodes: (one.min(other), one.max(other)),
                workload,
            };
            pairs.extend(others.map(pair));
        }
    }
    pairs.sort_unstable();
    pairs
}

#[cfg(test)]
mod tests {
    use super::{Pair, Spare, pairs};

    #[test]
    fn two_nodes_take_what_neither_takes_alone() {
        let spare = Spare { on: vec![(7, 1), (3, 1), (5, 2)], may_lose: 2 };
        let expected = [(3, 5), (5, 7)].map(|nodes| Pair { nodes, workload: 0 });
        assert_eq!(pairs(&[spare]), expected);
    }

    #[test]
    fn a_node_that_is_enough_alone_makes_no_pair() {
        assert_eq!(pairs(&[Spare { on: vec![(1, 2), (2, 1)], may_lose: 1 }]), []);
    }
}
