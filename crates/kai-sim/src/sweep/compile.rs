//! A cluster, compiled.

use std::collections::BTreeMap;
use std::sync::Arc;

use kai_core::Lookup;
use smol_str::SmolStr;

use super::alike::{Column, group};
use super::bits::Bits;
use super::class::classes;
use super::plan::{Class, ImageOnNodes, Plan};
use super::relations::{Read, Reader, Relations};
use super::room::{Capacity, Size};
use super::scores::Scored;
use super::standing::Standing;
use super::state::State;
use crate::generated::Draw;
use crate::model::{
    Cluster, Effect, Key, Labels, Node, NodeSelector, NodeSelectorTerm, Pod, PodTemplate,
    PodVolume, Taint, Toleration, Weighted,
};
use crate::scheduler::{Cycle, Snapshot, Verdict, image_names};

/// A cluster whose failures can be asked for, one after the other. A copy shares what does not
/// change.
#[derive(Debug, Clone)]
pub struct Sweep<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) plan: Arc<Plan>,
    pub(super) standing: Arc<Standing>,
    pub(super) state: State,
    /// Draws between nodes that are equally good.
    pub(super) ties: Option<Draw>,
    pub(super) memory: Memory,
}

/// What placements are worked out in, so that none of them asks for memory.
#[derive(Debug, Clone, Default)]
pub(super) struct Memory {
    /// Nodes that take the pod.
    pub(super) feasible: Bits,
    /// Those of them that a soft spread looks at.
    pub(super) looked_at: Bits,
    /// Those of them that are not scored one by one.
    pub(super) rest: Bits,
    /// The best of each kind of the rest.
    pub(super) heads: Vec<u64>,
    pub(super) scored: Vec<Scored>,
}

impl<'a> Sweep<'a> {
    /// From here on, one of several nodes that are equally good is drawn, as the real scheduler does;
    /// without a seed it is the first again.
    pub fn draw_ties(&mut self, seed: Option<u64>) {
        self.ties = seed.map(Draw::new);
    }

    #[must_use]
    pub fn new(cluster: &'a Cluster) -> Self {
        Self::planned(cluster, Arc::new(Plan::of(cluster)))
    }

    /// The same for who has the plan already, made of the same cluster with its pods anywhere.
    #[must_use]
    pub fn planned(cluster: &'a Cluster, plan: Arc<Plan>) -> Self {
        let mut at: Lookup<&SmolStr, usize> = Lookup::new();
        for (node, &host) in cluster.nodes.iter().zip(&plan.host_of) {
            at.insert(&node.name, host);
        }
        let host = |it: &Pod| it.node.as_ref().and_then(|it| at.get(&it)).copied();
        let holding = |it: &Pod| host(it).filter(|_| !it.is_finished());
        let (standing, state) = Standing::of(&plan, cluster.pods.iter().map(holding).collect());
        let (standing, memory) = (Arc::new(standing), Memory::default());
        Self { cluster, plan, standing, state, ties: None, memory }
    }

    /// What it was made of, but for where pods are.
    #[must_use]
    pub fn plan(&self) -> Arc<Plan> {
        Arc::clone(&self.plan)
    }
}

impl Plan {
    #[must_use]
    pub fn of(cluster: &Cluster) -> Self {
        let (snapshot, (first, class_of)) =
            rayon::join(|| Snapshot::bare(cluster), || classes(&cluster.pods));
        let pods: Vec<&Pod> = first.iter().map(|&it| &cluster.pods[it]).collect();
        let nothing = Read::nothing(pods.len(), snapshot.hosts.len());
        let read = Reader::new(&snapshot, &pods, nothing).read();
        let nodes: Vec<&Node> = snapshot.hosts.iter().map(|it| it.node).collect();
        let at: BTreeMap<&SmolStr, usize> =
            nodes.iter().enumerate().map(|(at, it)| (&it.name, at)).collect();
        let place = |name: &SmolStr| at.get(name).copied();
        let host_of: Vec<usize> =
            cluster.nodes.iter().map(|it| place(&it.name).unwrap_or(0)).collect();
        let mut number_of = vec![0; nodes.len()];
        host_of.iter().enumerate().for_each(|(number, &host)| number_of[host] = number);
        let mut plan = Self {
            capacity: Capacity::new(&snapshot.hosts, &pods),
            classes: Vec::new(),
            class_of,
            sizes: Vec::new(),
            masks: Vec::new(),
            columns: Vec::new(),
            images: images(&nodes),
            alikes: Vec::new(),
            groups: Vec::new(),
            logarithms: (0..=nodes.len()).map(logarithm).collect(),
            topologies: read.topologies,
            tallies: read.tallies,
            host_of,
            number_of,
        };
        let mut compiler =
            Compiler { bare: &snapshot, nodes: &nodes, plan: &mut plan, known: Known::default() };
        for ((at, relations), counts_in) in
            first.into_iter().zip(read.relations).zip(read.counts_in)
        {
            compiler.add_class(at, &cluster.pods[at], relations, counts_in);
        }
        group(&mut plan);
        plan
    }
}

/// Adds classes, and works out once what several of them have in common.
struct Compiler<'c, 'a> {
    bare: &'c Snapshot<'a>,
    nodes: &'c [&'a Node],
    plan: &'c mut Plan,
    known: Known<'a>,
}

#[derive(Default)]
struct Known<'a> {
    masks: BTreeMap<Constraints<'a>, usize>,
    sizes: BTreeMap<Size, usize>,
    taints: BTreeMap<&'a Vec<Toleration>, usize>,
    preferences: BTreeMap<&'a Vec<Weighted<NodeSelectorTerm>>, usize>,
}

impl<'a> Compiler<'_, 'a> {
    fn add_class(
        &mut self,
        at: usize,
        pod: &'a Pod,
        relations: Relations,
        counts_in: Vec<(usize, i32)>,
    ) {
        let class = Class {
            pod: at,
            container_count: pod.init_containers.len() + pod.containers.len(),
            size: self.size(pod),
            mask: self.mask(pod),
            taints: self.unwelcoming(pod),
            preferences: self.preferences(pod),
            images: self.images(pod),
            relations,
            counts_in,
            group: 0,
            crowds: Vec::new(),
            is_special: self.is_special(pod),
        };
        self.plan.classes.push(class);
    }

    fn size(&mut self, pod: &Pod) -> usize {
        let next = self.plan.sizes.len();
        let size = self.plan.capacity.size(pod);
        let known = *self.known.sizes.entry(size.clone()).or_insert(next);
        if known == next {
            self.plan.sizes.push(size);
        }
        known
    }

    fn mask(&mut self, pod: &'a Pod) -> usize {
        let next = self.plan.masks.len();
        let known = *self.known.masks.entry(constraints(pod)).or_insert(next);
        if known == next {
            self.plan.masks.push(suitable(self.bare, pod));
        }
        known
    }

    fn unwelcoming(&mut self, pod: &'a Pod) -> Option<usize> {
        let nodes = self.nodes;
        if nodes.iter().all(|it| it.taints.iter().all(Taint::keeps_out)) {
            return None;
        }
        let counts = || {
            let tolerates = |it: &&Toleration| it.effect.is_none_or(|it| !keeps_out(it));
            let tolerations: Vec<&Toleration> = pod.tolerations.iter().filter(tolerates).collect();
            let is_open = |taint: &&Taint| {
                !taint.keeps_out() && !tolerations.iter().any(|it| it.tolerates(taint))
            };
            let count = |it: &&Node| it.taints.iter().filter(is_open).count() as i64;
            nodes.iter().map(count).collect()
        };
        let columns = &mut self.plan.columns;
        let known = self.known.taints.entry(&pod.tolerations);
        Some(*known.or_insert_with(|| add(columns, counts())))
    }

    fn preferences(&mut self, pod: &'a Pod) -> Option<usize> {
        if pod.preferred_nodes.is_empty() {
            return None;
        }
        let met = |node: &&Node| {
            let terms = pod.preferred_nodes.iter();
            let met = terms.filter(|it| it.term.matches(&node.labels, Some(&node.name)));
            met.map(|it| it.weight).sum()
        };
        let nodes = self.nodes;
        let columns = &mut self.plan.columns;
        let known = self.known.preferences.entry(&pod.preferred_nodes);
        Some(*known.or_insert_with(|| add(columns, nodes.iter().map(met).collect())))
    }

    fn images(&self, pod: &Pod) -> Vec<usize> {
        if self.plan.images.is_empty() {
            return Vec::new();
        }
        let names = image_names(pod);
        let number =
            |name: &SmolStr| self.plan.images.binary_search_by(|it| it.name.cmp(name)).ok();
        names.iter().filter_map(number).collect()
    }

    /// What is counted on more than one node, or by volume: claims for one pod, and limits.
    fn is_special(&self, pod: &Pod) -> bool {
        let nodes = self.nodes;
        let has_limits = || nodes.iter().any(|it| !it.volume_limits.is_empty());
        let is_exclusive = |name: &SmolStr| {
            let key = Key::new(pod.namespace.clone(), name.clone());
            self.bare.cluster.claims.get(&key).is_none_or(|it| it.is_for_one_pod)
        };
        let counts = |it: &PodVolume| match it {
            PodVolume::Claim(name) => is_exclusive(name) || has_limits(),
            PodVolume::Ephemeral(_) => true,
            PodVolume::Disk(_) | PodVolume::EmptyDir | PodVolume::Other => false,
        };
        pod.volumes.iter().any(counts)
    }
}

fn add(columns: &mut Vec<Column>, values: Vec<i64>) -> usize {
    columns.push(Column::new(values));
    columns.len() - 1
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
    let template = PodTemplate {
        tolerations: pod.tolerations.clone(),
        node_selector: pod.node_selector.clone(),
        node_affinity: pod.node_affinity.clone(),
        volumes: pod.volumes.clone(),
        ..PodTemplate::default()
    };
    let (namespace, template) = (pod.namespace.clone(), Arc::new(template));
    let pod = Pod { namespace, template, ..Pod::default() };
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

/// How a soft spread weighs so many domains.
#[expect(clippy::cast_precision_loss, reason = "a number of nodes")]
fn logarithm(domains: usize) -> f64 {
    ((domains + 2) as f64).ln()
}

fn keeps_out(effect: Effect) -> bool {
    effect != Effect::PreferNoSchedule
}
