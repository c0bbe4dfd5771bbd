//! A cluster, compiled.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::bits::Bits;
use super::class::classes;
use super::hosts::{Hosts, Size};
use super::relations::{Counted, Reader, Relations};
use crate::generated::Draw;
use crate::model::{Cluster, Effect, Key, Labels, Node, NodeSelector, Pod, PodVolume, Toleration};
use crate::scheduler::{Cycle, Snapshot, Verdict, image_names};

/// A cluster whose failures can be asked for, one after the other.
#[derive(Debug)]
pub struct Sweep<'a> {
    pub(super) cluster: &'a Cluster,
    /// In the order of the scheduler.
    pub(super) nodes: Vec<&'a Node>,
    pub(super) hosts: Hosts,
    pub(super) classes: Vec<Class<'a>>,
    pub(super) class_of: Vec<usize>,
    pub(super) sizes: Vec<Rated>,
    pub(super) masks: Vec<Bits>,
    pub(super) images: Vec<ImageOnNodes>,
    pub(super) counted: Counted,
    pub(super) alive: Bits,
    /// Nodes whose objects are there, whether they are lost or not.
    pub(super) known: Bits,
    /// The place in `nodes` of each node of the cluster.
    pub(super) host_of: Vec<usize>,
    /// Nodes on which something changed.
    pub(super) touched: Bits,
    /// Classes and how many of them, by node.
    pub(super) on_host: Vec<Vec<(usize, i64)>>,
    /// Pods by node, as the cluster has them.
    pub(super) pods_on: Vec<Vec<usize>>,
    /// The place in `nodes` of the node of each pod that holds something there.
    pub(super) host_of_pod: Vec<Option<usize>>,
    /// Class, node and how many: everything that changed.
    pub(super) log: Vec<(usize, usize, i64)>,
    pub(super) totals: Vec<i64>,
    /// Draws between nodes that are equally good.
    pub(super) ties: Option<Draw>,
}

/// Pods that the scheduler cannot tell from each other.
#[derive(Debug)]
pub(super) struct Class<'a> {
    pub(super) pod: &'a Pod,
    pub(super) size: usize,
    /// Nodes that suit it whatever is on them.
    pub(super) mask: usize,
    /// Unwelcoming taints by node; empty where there are none.
    pub(super) taints: Vec<i64>,
    /// Met preferences by node; empty where it has none.
    pub(super) preferences: Vec<i64>,
    /// Images that nodes have, one for each container that needs it.
    pub(super) images: Vec<usize>,
    pub(super) relations: Relations,
    /// The scheduler itself places it.
    pub(super) is_special: bool,
}

/// Pods of one size on the nodes as they are.
#[derive(Debug)]
pub(super) struct Rated {
    pub(super) size: Size,
    pub(super) fits: Bits,
    pub(super) scores: Vec<i64>,
}

/// An image: the nodes that have it, and the sizes that they say, by their names.
#[derive(Debug)]
pub(super) struct ImageOnNodes {
    pub(super) name: SmolStr,
    pub(super) on: Bits,
    pub(super) sizes: Vec<(usize, i64)>,
}

impl<'a> Sweep<'a> {
    #[must_use]
    pub fn new(cluster: &'a Cluster) -> Self {
        let snapshot = Snapshot::bare(cluster);
        let (first, class_of) = classes(&cluster.pods);
        let (relations, counted) = Reader::new(&snapshot, &first).read();
        let nodes: Vec<&Node> = snapshot.hosts.iter().map(|it| it.node).collect();
        let mut sweep = Self {
            cluster,
            hosts: Hosts::new(&snapshot.hosts, &first),
            classes: Vec::new(),
            class_of,
            sizes: Vec::new(),
            masks: Vec::new(),
            images: images(&nodes),
            counted,
            alive: Bits::of(nodes.len(), |_| true),
            known: Bits::of(nodes.len(), |_| true),
            host_of: places(cluster, &nodes),
            touched: Bits::none(nodes.len()),
            on_host: vec![Vec::new(); nodes.len()],
            pods_on: vec![Vec::new(); nodes.len()],
            host_of_pod: vec![None; cluster.pods.len()],
            log: Vec::new(),
            totals: vec![0; nodes.len()],
            ties: None,
            nodes,
        };
        sweep.add_classes(&snapshot, &first, relations);
        sweep.add_pods();
        for rated in &mut sweep.sizes {
            rated.rate(&sweep.hosts, sweep.nodes.len());
        }
        sweep
    }

    /// From here on, one of several nodes that are equally good is drawn, as the real scheduler does;
    /// without a seed it is the first again.
    pub fn draw_ties(&mut self, seed: Option<u64>) {
        self.ties = seed.map(Draw::new);
    }

    fn add_classes(&mut self, bare: &Snapshot<'a>, first: &[&'a Pod], relations: Vec<Relations>) {
        let mut masks: BTreeMap<Constraints<'a>, usize> = BTreeMap::new();
        for (&pod, relations) in first.iter().zip(relations) {
            let next = masks.len();
            let mask = *masks.entry(constraints(pod)).or_insert(next);
            if mask == next {
                self.masks.push(suitable(bare, pod));
            }
            let size = self.size(pod);
            let class = Class {
                pod,
                size,
                mask,
                taints: self.unwelcoming(pod),
                preferences: self.preferences(pod),
                images: self.images_of(pod),
                relations,
                is_special: self.is_special(pod),
            };
            self.classes.push(class);
        }
    }

    fn size(&mut self, pod: &Pod) -> usize {
        let size = self.hosts.size(pod);
        let found = self.sizes.iter().position(|it| it.size == size);
        found.unwrap_or_else(|| {
            self.sizes.push(Rated { size, fits: Bits::default(), scores: Vec::new() });
            self.sizes.len() - 1
        })
    }

    fn unwelcoming(&self, pod: &Pod) -> Vec<i64> {
        let count = |node: &&Node| {
            let tolerates = |it: &&Toleration| it.effect.is_none_or(|it| !keeps_out(it));
            let tolerations: Vec<&Toleration> = pod.tolerations.iter().filter(tolerates).collect();
            let taints = node.taints.iter().filter(|it| !it.keeps_out());
            taints.filter(|taint| !tolerations.iter().any(|it| it.tolerates(taint))).count() as i64
        };
        if self.nodes.iter().all(|it| it.taints.iter().all(|it| it.keeps_out())) {
            return Vec::new();
        }
        self.nodes.iter().map(count).collect()
    }

    fn preferences(&self, pod: &Pod) -> Vec<i64> {
        if pod.preferred_nodes.is_empty() {
            return Vec::new();
        }
        let met = |node: &&Node| {
            let terms = pod.preferred_nodes.iter();
            let met = terms.filter(|it| it.term.matches(&node.labels, Some(&node.name)));
            met.map(|it| it.weight).sum()
        };
        self.nodes.iter().map(met).collect()
    }

    fn images_of(&self, pod: &Pod) -> Vec<usize> {
        let names = image_names(pod);
        names.iter().filter_map(|name| self.images.iter().position(|it| it.name == *name)).collect()
    }

    /// What is counted on more than one node, or by volume: claims for one pod, and limits.
    fn is_special(&self, pod: &Pod) -> bool {
        let has_limits = self.nodes.iter().any(|it| !it.volume_limits.is_empty());
        let is_exclusive = |name: &SmolStr| {
            let key = Key::new(pod.namespace.clone(), name.clone());
            self.cluster.claims.get(&key).is_none_or(|it| it.is_for_one_pod)
        };
        let counts = |it: &PodVolume| match it {
            PodVolume::Claim(name) => has_limits || is_exclusive(name),
            PodVolume::Ephemeral(_) => true,
            PodVolume::Disk(_) | PodVolume::EmptyDir | PodVolume::Other => false,
        };
        pod.volumes.iter().any(counts)
    }

    fn add_pods(&mut self) {
        let at: BTreeMap<&SmolStr, usize> =
            self.nodes.iter().enumerate().map(|(at, it)| (&it.name, at)).collect();
        for (number, pod) in self.cluster.pods.iter().enumerate() {
            let host = pod.node.as_ref().and_then(|it| at.get(it)).copied();
            if let Some(host) = host.filter(|_| !pod.is_finished()) {
                self.pods_on[host].push(number);
                self.host_of_pod[number] = Some(host);
                self.change(self.class_of[number], host, 1);
            }
        }
        self.log.clear();
        self.touched = Bits::none(self.nodes.len());
    }
}

/// Where each node of the cluster is in the order of the scheduler.
fn places(cluster: &Cluster, nodes: &[&Node]) -> Vec<usize> {
    let at: BTreeMap<&SmolStr, usize> =
        nodes.iter().enumerate().map(|(at, it)| (&it.name, at)).collect();
    cluster.nodes.iter().map(|it| at.get(&it.name).copied().unwrap_or(0)).collect()
}

impl Rated {
    fn rate(&mut self, hosts: &Hosts, count: usize) {
        self.fits = Bits::of(count, |it| hosts.fits(&self.size, it));
        self.scores = (0..count).map(|it| hosts.score(&self.size, it)).collect();
    }
}

/// What decides about nodes whatever is on them.
type Constraints<'a> = (
    &'a Vec<Toleration>,
    &'a Labels,
    &'a Option<NodeSelector>,
    Option<(&'a SmolStr, &'a Vec<PodVolume>)>,
);

fn constraints(pod: &Pod) -> Constraints<'_> {
    let has_claims = pod.claim_names().next().is_some();
    let volumes = has_claims.then_some((&pod.namespace, &pod.volumes));
    (&pod.tolerations, &pod.node_selector, &pod.node_affinity, volumes)
}

/// Asks the scheduler about a pod of which only that is left, and nodes on which nothing is.
fn suitable(bare: &Snapshot<'_>, pod: &Pod) -> Bits {
    let pod = Pod {
        namespace: pod.namespace.clone(),
        tolerations: pod.tolerations.clone(),
        node_selector: pod.node_selector.clone(),
        node_affinity: pod.node_affinity.clone(),
        volumes: pod.volumes.clone(),
        ..Pod::default()
    };
    let verdicts = Cycle::new(bare, &pod).map(|it| it.verdicts()).unwrap_or_default();
    Bits::of(bare.hosts.len(), |it| verdicts.get(it).is_some_and(Verdict::fits))
}

fn images(nodes: &[&Node]) -> Vec<ImageOnNodes> {
    let mut by_name: Vec<usize> = (0..nodes.len()).collect();
    by_name.sort_by_key(|&it| &nodes[it].name);
    let mut images: BTreeMap<&SmolStr, ImageOnNodes> = BTreeMap::new();
    for at in by_name {
        for image in &nodes[at].images {
            for name in &image.names {
                let empty = || ImageOnNodes {
                    name: name.clone(),
                    on: Bits::none(nodes.len()),
                    sizes: Vec::new(),
                };
                let known = images.entry(name).or_insert_with(empty);
                if !known.on.contains(at) {
                    known.on.insert(at);
                    known.sizes.push((at, image.size));
                }
            }
        }
    }
    images.into_values().collect()
}

fn keeps_out(effect: Effect) -> bool {
    effect != Effect::PreferNoSchedule
}
