//! What stays the same whatever is lost.

use std::ops::Range;

use smol_str::SmolStr;

use super::alike::{Alike, Column};
use super::bits::Bits;
use super::relations::Relations;
use super::room::{Capacity, Size};
use super::tally::Tally;
use super::topology::Topology;
use crate::model::{Cluster, Node, Pod};

/// A cluster, compiled. Numbers of nodes are places in `nodes`.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) cluster: &'a Cluster,
    /// In the order of the scheduler.
    pub(super) nodes: Vec<&'a Node>,
    pub(super) capacity: Capacity,
    pub(super) classes: Vec<Class<'a>>,
    pub(super) class_of: Vec<usize>,
    pub(super) sizes: Vec<Rated>,
    pub(super) masks: Vec<Bits>,
    pub(super) columns: Vec<Column>,
    /// By name.
    pub(super) images: Vec<ImageOnNodes>,
    pub(super) alikes: Vec<Alike>,
    /// By number of domains.
    pub(super) logarithms: Vec<f64>,
    pub(super) topologies: Vec<Topology>,
    pub(super) tallies: Vec<Tally>,
    /// The place in `nodes` of each node of the cluster.
    pub(super) host_of: Vec<usize>,
    /// The place in the cluster's list of each of `nodes`.
    pub(super) number_of: Vec<usize>,
    /// Pods by node, as the cluster has them.
    pub(super) pods_on: Vec<Vec<usize>>,
    /// Classes and how many of them, by node, as the cluster has them.
    pub(super) classes_on: Vec<Vec<(usize, i32)>>,
    /// The node of each pod that holds something there.
    pub(super) host_of_pod: Vec<Option<usize>>,
}

/// Pods that the scheduler cannot tell from each other.
#[derive(Debug)]
pub(super) struct Class<'a> {
    pub(super) pod: &'a Pod,
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
    /// Says which nodes differ only in what is on them.
    pub(super) alike: usize,
    /// Those nodes, kind by kind. Only those that take it as long as nothing changes.
    pub(super) kinds: Vec<Kind>,
    /// The nodes of all kinds.
    pub(super) hosts: Vec<u32>,
    /// Tallies of many domains that its scores look at.
    pub(super) crowds: Vec<usize>,
    /// The scheduler itself places it.
    pub(super) is_special: bool,
}

/// Nodes that are alike.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) number: usize,
    /// The best of them.
    pub(super) first: u32,
    pub(super) score: u8,
    /// All of them in the `hosts` of the class, best first.
    pub(super) hosts: Range<usize>,
}

/// Pods of one size on the nodes of the cluster as it is.
#[derive(Debug)]
pub(super) struct Rated {
    pub(super) size: Size,
    pub(super) fits: Bits,
    pub(super) scores: Vec<u8>,
}

/// An image: the nodes that have it, and the sizes that they say, by their names.
#[derive(Debug)]
pub(super) struct ImageOnNodes {
    pub(super) name: SmolStr,
    pub(super) on: Bits,
    pub(super) sizes: Vec<(usize, i64)>,
}

impl Plan<'_> {
    pub(super) fn topology_of(&self, tally: usize) -> &Topology {
        &self.topologies[self.tallies[tally].topology]
    }
}
