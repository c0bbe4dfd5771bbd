//! Where pods are, and what nodes are worth then.

use std::ops::Range;

use rayon::prelude::*;

use super::alike::grouped;
use super::bits::Bits;
use super::plan::Plan;
use super::room::{Size, Taken};
use super::state::State;

/// The pods of a cluster on its nodes, before anything is lost.
#[derive(Debug)]
pub(super) struct Standing {
    /// The host of each pod that holds something there.
    pub(super) host_of_pod: Vec<Option<usize>>,
    /// Pods by host.
    pub(super) pods_on: Vec<Vec<usize>>,
    /// Classes and how many of them, by host.
    pub(super) classes_on: Vec<Vec<(usize, i32)>>,
    /// By size.
    pub(super) rated: Vec<Rated>,
    /// By group.
    pub(super) grouped: Vec<Grouped>,
}

/// What hosts are worth to pods of one size.
#[derive(Debug)]
pub(super) struct Rated {
    pub(super) fits: Bits,
    pub(super) scores: Vec<u8>,
}

/// The hosts of one group, kind by kind. Only those that take it as long as nothing changes.
#[derive(Debug)]
pub(super) struct Grouped {
    pub(super) kinds: Vec<Kind>,
    /// The hosts of all kinds.
    pub(super) hosts: Vec<u32>,
}

/// Hosts that are alike.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) number: usize,
    /// The best of them.
    pub(super) first: u32,
    pub(super) score: u8,
    /// All of them in the `hosts` of the group, best first.
    pub(super) hosts: Range<usize>,
}

impl Standing {
    /// Pods where they are, and the cluster as it is then.
    pub(super) fn of(plan: &Plan, host_of_pod: Vec<Option<usize>>) -> (Self, State) {
        let mut pods_on = vec![Vec::new(); plan.host_count()];
        for (pod, host) in host_of_pod.iter().enumerate() {
            host.iter().for_each(|&it| pods_on[it].push(pod));
        }
        let classes_on: Vec<_> = pods_on.iter().map(|it| numbers(it, &plan.class_of)).collect();
        let state = State::new(plan, &classes_on);
        let rated: Vec<Rated> =
            plan.sizes.par_iter().map(|it| Rated::of(plan, it, &state.taken)).collect();
        let grouped = grouped(plan, &rated);
        (Self { host_of_pod, pods_on, classes_on, rated, grouped }, state)
    }
}

impl Rated {
    fn of(plan: &Plan, size: &Size, taken: &Taken) -> Self {
        let (capacity, count) = (&plan.capacity, plan.host_count());
        Self {
            fits: Bits::of(count, |it| capacity.fits(taken, size, it)),
            scores: (0..count).map(|it| capacity.score(taken, size, it)).collect(),
        }
    }
}

/// How many pods of each class these are.
fn numbers(pods: &[usize], class_of: &[usize]) -> Vec<(usize, i32)> {
    let mut classes: Vec<usize> = pods.iter().map(|&it| class_of[it]).collect();
    classes.sort_unstable();
    classes.chunk_by(|one, other| one == other).map(|it| (it[0], it.len() as i32)).collect()
}
