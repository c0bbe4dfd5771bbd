//! What becomes of pods when nodes are lost.

use std::cmp::Reverse;

use smol_str::SmolStr;

use super::Sweep;
use crate::model::{ControllerKind, Node, Pod};

/// A pod that is made again, and where it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placement<'a> {
    pub pod: &'a Pod,
    /// Nothing where it waits.
    pub node: Option<&'a SmolStr>,
}

impl<'a> Sweep<'a> {
    /// How the pods of these nodes are placed once the nodes are gone, the more important first. Pods
    /// of DaemonSets, and pods that nobody makes again, are not.
    pub fn without(&mut self, is_lost: impl Fn(&Node) -> bool) -> Vec<Placement<'a>> {
        let lost: Vec<usize> =
            (0..self.nodes.len()).filter(|&it| is_lost(self.nodes[it])).collect();
        let mut pods: Vec<usize> = lost.iter().flat_map(|&it| self.pods_on[it].clone()).collect();
        pods.retain(|&it| is_made_again(&self.cluster.pods[it]));
        pods.sort_by_key(|&it| (Reverse(self.cluster.pods[it].priority), it));
        lost.iter().for_each(|&it| self.lose(it));
        let placements = pods.into_iter().map(|it| self.place_again(it)).collect();
        self.take_back(&lost);
        placements
    }

    fn place_again(&mut self, pod: usize) -> Placement<'a> {
        let class = self.class_of[pod];
        let host = self.place(class);
        if let Some(host) = host {
            self.change(class, host, 1);
        }
        Placement { pod: &self.cluster.pods[pod], node: host.map(|it| &self.nodes[it].name) }
    }
}

fn is_made_again(pod: &Pod) -> bool {
    let kind = pod.owner.as_ref().map(|it| it.kind);
    kind.is_some_and(|it| it != Some(ControllerKind::DaemonSet)) && !pod.is_terminating
}
