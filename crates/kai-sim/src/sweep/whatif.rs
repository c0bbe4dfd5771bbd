//! What becomes of pods when nodes and pods are lost, and others are wanted.

use std::cmp::Reverse;
use std::sync::Arc;

use rayon::prelude::*;
use smol_str::SmolStr;

use super::Sweep;
use super::plan::Class;
use crate::model::{ControllerKind, Effect, Node, Pod, Taint};

/// A pod that is made again, and where it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placement<'a> {
    pub pod: &'a Pod,
    /// Nothing where it waits.
    pub node: Option<&'a SmolStr>,
}

/// What happens at one moment. Numbers are places in the lists of the cluster.
#[derive(Debug, Clone, Default)]
pub struct Blow {
    /// Nodes that are lost, and with them what is on them.
    pub nodes: Vec<usize>,
    /// Pods that go besides those.
    pub pods: Vec<usize>,
    /// Pods that are made, each like one of the cluster; the more important come first.
    pub wanted: Vec<usize>,
    pub nodes_are: Gone,
    /// For how many kinds of pods that wait the scheduler is asked why.
    pub reasons_max: usize,
}

/// What is left of nodes that are lost. While their objects are there, their domains count where a
/// spread looks at no taints.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Gone {
    /// Nothing.
    #[default]
    Removed,
    /// Objects with the taint of nodes that do not answer.
    Unreachable,
    /// Nodes that take no pod and are emptied.
    Cordoned,
}

impl Gone {
    /// What the scheduler sees of a node whose object is still there.
    #[must_use]
    pub fn seen(self, node: &Node) -> Node {
        let mut node = node.clone();
        if self == Self::Cordoned {
            node.is_unschedulable = true;
            return node;
        }
        for effect in [Effect::NoSchedule, Effect::NoExecute] {
            let key = "node.kubernetes.io/unreachable".into();
            node.taints.push(Taint { key, value: SmolStr::default(), effect });
        }
        node
    }
}

/// What comes after it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Aftermath {
    /// Each wanted pod and the place of its node in the cluster's list; nothing where it waits.
    pub placed: Vec<(usize, Option<usize>)>,
    /// Pods of the cluster that wait, one of each kind, and why.
    pub reasons: Vec<(usize, String)>,
}

impl<'a> Sweep<'a> {
    /// How the pods of these nodes are placed once the nodes are gone, the more important first. Pods
    /// of DaemonSets, and pods that nobody makes again, are not.
    pub fn without(&mut self, is_lost: impl Fn(&Node) -> bool) -> Vec<Placement<'a>> {
        let cluster = self.cluster;
        let nodes: Vec<usize> =
            (0..cluster.nodes.len()).filter(|&it| is_lost(&cluster.nodes[it])).collect();
        let wanted = self.made_again(&nodes);
        let aftermath = self.after(&Blow { nodes, wanted, ..Blow::default() });
        let placed = aftermath.placed.into_iter();
        placed
            .map(|(pod, node)| Placement {
                pod: &cluster.pods[pod],
                node: node.map(|it| &cluster.nodes[it].name),
            })
            .collect()
    }

    /// Pods on these nodes that somebody makes again elsewhere.
    #[must_use]
    pub fn made_again(&self, nodes: &[usize]) -> Vec<usize> {
        let pods = nodes.iter().flat_map(|&it| self.pods_on(it).iter().copied());
        let mut pods: Vec<usize> =
            pods.filter(|&it| is_made_again(&self.cluster.pods[it])).collect();
        pods.sort_unstable();
        pods
    }

    /// Pods that hold something on a node, in their order.
    #[must_use]
    pub fn pods_on(&self, node: usize) -> &[usize] {
        &self.standing.pods_on[self.plan.host_of[node]]
    }

    /// The node on which a pod holds something.
    #[must_use]
    pub fn node_of(&self, pod: usize) -> Option<usize> {
        self.standing.host_of_pod[pod].map(|it| self.plan.number_of[it])
    }

    /// Each of them for itself, on all cores.
    #[must_use]
    pub fn after_each(&self, blows: &[Blow]) -> Vec<Aftermath> {
        let share = blows.len().div_ceil(rayon::current_num_threads()).max(1);
        let play = |blows: &[Blow]| {
            let mut sweep = self.clone();
            blows.iter().map(|it| sweep.after(it)).collect::<Vec<_>>()
        };
        blows.par_chunks(share).flat_map_iter(play).collect()
    }

    /// Lets it happen, schedules what is wanted, and takes everything back.
    pub fn after(&mut self, blow: &Blow) -> Aftermath {
        let (plan, standing) = (Arc::clone(&self.plan), Arc::clone(&self.standing));
        let pods = &self.cluster.pods;
        let mut lost: Vec<usize> = blow.nodes.iter().map(|&it| plan.host_of[it]).collect();
        lost.sort_unstable();
        lost.dedup();
        for &pod in &blow.pods {
            if let Some(host) = standing.host_of_pod[pod].filter(|it| !lost.contains(it)) {
                self.state.change(&plan, plan.class_of[pod], host, -1);
            }
        }
        for &host in &lost {
            match blow.nodes_are {
                Gone::Removed => self.state.lose(&plan, &standing, host),
                Gone::Unreachable | Gone::Cordoned => self.state.silence(&plan, &standing, host),
            }
        }
        let mut wanted: Vec<usize> = blow.wanted.clone();
        // A stable sort: those of one priority stay in their order.
        wanted.sort_by_key(|&it| Reverse(pods[it].priority));
        let mut aftermath = Aftermath::default();
        let mut asked: Vec<usize> = Vec::new();
        let mut full: Option<usize> = None;
        for pod in wanted {
            let class = plan.class_of[pod];
            // Nothing has changed since the last of its kind found no node.
            let host = if full == Some(class) { None } else { self.place(class) };
            match host {
                Some(host) => {
                    self.state.change(&plan, class, host, 1);
                    full = None;
                }
                None if asked.len() < blow.reasons_max && !asked.contains(&class) => {
                    asked.push(class);
                    aftermath.reasons.push((pod, self.explain(class, blow.nodes_are)));
                    full = Some(class);
                }
                None => full = Some(class),
            }
            aftermath.placed.push((pod, host.map(|it| plan.number_of[it])));
        }
        self.try_again(&mut aftermath);
        self.state.take_back(&plan, &lost);
        aftermath
    }

    /// What comes after it, where any node that takes a pod will do: each goes to the first of them.
    /// Nothing where pods keep each other from nodes, or may leave no room, so that it matters where
    /// each goes.
    #[must_use]
    pub fn roughly_after(&self, blow: &Blow) -> Option<Aftermath> {
        let plan = &self.plan;
        let mut alive = self.state.alive.clone();
        blow.nodes.iter().for_each(|&it| alive.remove(plan.host_of[it]));
        let classes = || blow.wanted.iter().map(|&it| &plan.classes[plan.class_of[it]]);
        let sizes = classes().map(|it| &plan.sizes[it.size]);
        let has_room = || plan.capacity.has_room_for_all(&self.state.taken, sizes, &alive);
        if !classes().all(Class::asks_only_nodes) || !has_room() {
            return None;
        }
        let first: Vec<Option<usize>> =
            plan.masks.iter().map(|it| it.iter_with(&alive).next()).collect();
        let node = |class: &Class| first[class.mask].map(|it| plan.number_of[it]);
        let placed = blow.wanted.iter().copied().zip(classes().map(node)).collect();
        Some(Aftermath { placed, reasons: Vec::new() })
    }

    /// A pod that wants others beside it, or as many elsewhere, finds a node once those have one: the
    /// scheduler looks at it again.
    fn try_again(&mut self, aftermath: &mut Aftermath) {
        let plan = Arc::clone(&self.plan);
        let pods = &self.cluster.pods;
        let waits = |it: &(usize, Option<usize>)| it.1.is_none() && waits_for_others(&pods[it.0]);
        let mut has_changed = aftermath.placed.iter().any(waits);
        while std::mem::take(&mut has_changed) {
            let mut full: Option<usize> = None;
            for it in aftermath.placed.iter_mut().filter(|it| waits(it)) {
                let class = plan.class_of[it.0];
                let host = if full == Some(class) { None } else { self.place(class) };
                full = host.is_none().then_some(class);
                if let Some(host) = host {
                    self.state.change(&plan, class, host, 1);
                    it.1 = Some(plan.number_of[host]);
                    has_changed = true;
                }
            }
        }
        let placed = &aftermath.placed;
        let still = |class| placed.iter().any(|it| it.1.is_none() && plan.class_of[it.0] == class);
        aftermath.reasons.retain(|(pod, _)| still(plan.class_of[*pod]));
    }
}

fn waits_for_others(pod: &Pod) -> bool {
    !pod.affinity.required.is_empty() || pod.spread.iter().any(|it| it.is_required)
}

fn is_made_again(pod: &Pod) -> bool {
    let kind = pod.owner.as_ref().map(|it| it.kind);
    kind.is_some_and(|it| it != Some(ControllerKind::DaemonSet)) && !pod.is_terminating
}
