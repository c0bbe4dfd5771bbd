//! What stays the same whatever is lost, and wherever pods are.

use smol_str::SmolStr;

use super::alike::{Alike, Column};
use super::bits::Bits;
use super::relations::Relations;
use super::room::{Capacity, Size};
use super::tally::Tally;
use super::topology::Topology;

/// What holds of the nodes and pods of a cluster wherever the pods are, compiled. A host is a node by
/// its number in the order of the scheduler.
#[derive(Debug, Clone)]
pub struct Plan {
    pub(super) capacity: Capacity,
    pub(super) classes: Vec<Class>,
    pub(super) class_of: Vec<usize>,
    pub(super) sizes: Vec<Size>,
    pub(super) masks: Vec<Bits>,
    pub(super) columns: Vec<Column>,
    /// By name.
    pub(super) images: Vec<ImageOnNodes>,
    pub(super) alikes: Vec<Alike>,
    /// What classes of each group have in common.
    pub(super) groups: Vec<Group>,
    /// By number of domains.
    pub(super) logarithms: Vec<f64>,
    pub(super) topologies: Vec<Topology>,
    pub(super) tallies: Vec<Tally>,
    /// The host of each node of the cluster.
    pub(super) host_of: Vec<usize>,
    /// The place in the cluster's list of each host.
    pub(super) number_of: Vec<usize>,
}

/// Pods that the scheduler cannot tell from each other.
#[derive(Debug, Clone)]
pub(super) struct Class {
    /// The first of them in the cluster's list.
    pub(super) pod: usize,
    pub(super) container_count: usize,
    pub(super) size: usize,
    /// Nodes that suit it whatever is on them.
    pub(super) mask: usize,
    /// The column of unwelcoming taints; nothing where there are none.
    pub(super) taints: Option<usize>,
    /// The column of met preferences; nothing where it has none.
    pub(super) preferences: Option<usize>,
    /// Images that nodes have, one for each container that needs it.
    pub(super) images: Vec<usize>,
    pub(super) relations: Relations,
    /// The tallies that it counts in, and for how much.
    pub(super) counts_in: Vec<(usize, i32)>,
    /// The group of its size, its mask and nodes that are alike to it.
    pub(super) group: usize,
    /// Tallies of many domains that its scores look at.
    pub(super) crowds: Vec<usize>,
    /// The scheduler itself places it.
    pub(super) is_special: bool,
}

/// Classes that ask the same of nodes, but for what is on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Group {
    pub(super) size: usize,
    pub(super) mask: usize,
    /// Says which nodes differ only in what is on them.
    pub(super) alike: usize,
}

/// An image: the nodes that have it, and the sizes that they say, by their names.
#[derive(Debug, Clone)]
pub(super) struct ImageOnNodes {
    pub(super) name: SmolStr,
    pub(super) on: Bits,
    pub(super) sizes: Vec<(usize, i64)>,
}

impl Class {
    /// True where no other pod keeps it from a node that has room.
    pub(super) fn asks_only_nodes(&self) -> bool {
        let Relations { hard, near, away, others, .. } = &self.relations;
        let is_alone = hard.is_empty() && near.is_empty() && away.is_empty() && others.is_empty();
        is_alone && !self.is_special
    }
}

impl Plan {
    pub(super) fn host_count(&self) -> usize {
        self.number_of.len()
    }

    pub(super) fn topology_of(&self, tally: usize) -> &Topology {
        &self.topologies[self.tallies[tally].topology]
    }
}
