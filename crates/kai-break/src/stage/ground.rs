//! Where nodes come from.

use std::collections::BTreeSet;

use kai_core::SmolStr;
use kai_sim::model::{
    CPU, EPHEMERAL_STORAGE, Labels, MEMORY, Node, Operator, PODS, Pod, Requirement, Resources,
    requests,
};

use super::pods::Made;

/// What the nodes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ground {
    /// Nodes of a dump.
    Given,
    /// Groups of nodes that somebody declares.
    Declared,
    /// Groups that a cloud is told to keep: zones and least counts are declared, the room on a node is not known.
    Pools,
    /// Three zones as a stand-in: nothing is concluded from what fits.
    Reference,
}

/// Nodes that are alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeGroup {
    pub name: String,
    pub count: usize,
    pub zones: Vec<String>,
    /// False where nobody knows the room on a node: then `cpu`, `memory` and `pods` mean nothing.
    pub is_room_known: bool,
    /// Thousandths of a core that pods may ask for.
    pub cpu: i64,
    /// Bytes that pods may ask for.
    pub memory: i64,
    pub pods: i64,
    pub labels: Vec<(String, String)>,
}

impl NodeGroup {
    /// Nodes in these zones, of which only the count is known.
    #[must_use]
    pub fn without_room(name: String, count: usize, zones: Vec<String>) -> Self {
        let (cpu, memory, pods) = (0, 0, 0);
        Self { name, count, zones, is_room_known: false, cpu, memory, pods, labels: Vec::new() }
    }
}

impl From<&kai_settings::NodeGroup> for NodeGroup {
    fn from(it: &kai_settings::NodeGroup) -> Self {
        Self {
            name: it.name.clone(),
            count: usize::from(it.count),
            zones: it.zones.clone(),
            is_room_known: true,
            cpu: i64::try_from(it.cpu.0.0).unwrap_or(i64::MAX),
            memory: i64::from(it.memory_gib) << 30,
            pods: it.pods.map_or(110, i64::from),
            labels: it.labels.iter().map(|(key, value)| (key.clone(), value.clone())).collect(),
        }
    }
}

impl Ground {
    /// True where room on nodes is known.
    #[must_use]
    pub fn has_capacity(self) -> bool {
        !matches!(self, Self::Pools | Self::Reference)
    }
}

/// One node after the other in each zone.
pub(super) fn declared(groups: &[NodeGroup]) -> Vec<Node> {
    let mut nodes = Vec::new();
    for group in groups {
        for at in 0..group.count {
            let zone = group.zones.get(at % group.zones.len().max(1));
            let amounts = [
                (CPU, group.cpu),
                (MEMORY, group.memory),
                (PODS, group.pods),
                (EPHEMERAL_STORAGE, 1 << 50),
            ];
            let mut node = node(&format!("{}-{}", group.name, at + 1), zone.map(String::as_str));
            let labels = group.labels.iter();
            node.labels.extend(labels.map(|(k, v)| (SmolStr::new(k), SmolStr::new(v))));
            node.allocatable = amounts.into_iter().collect();
            nodes.push(node);
        }
    }
    nodes
}

/// The most nodes that a zone of the stand-in has.
const ZONE_MAX: usize = 40;

/// Three zones, each with so many nodes that every pod of the largest workload has one of its own
/// and one is left, and what pods ask for by name; more room on each than anybody asks for.
pub(super) fn reference(made: &[Made]) -> Vec<Node> {
    let largest = made.iter().map(|it| it.pods.len()).max().unwrap_or(0);
    let per_zone = (largest.div_ceil(3) + 1).clamp(2, ZONE_MAX);
    let zones = zones(made);
    let numbered = |zone: &String| {
        let of_zone = |at| node(&format!("{zone}-{at}"), Some(zone));
        (1..=per_zone).map(of_zone).collect::<Vec<_>>()
    };
    let named = named(made).into_iter().zip(zones.iter().cycle());
    let named: Vec<Node> = named.map(|(name, zone)| node(&name, Some(zone))).collect();
    let mut nodes: Vec<Node> = zones.iter().flat_map(numbered).chain(named).collect();
    make_room(&mut nodes, made);
    nodes
}

/// More room on each than anybody asks for.
pub(super) fn make_room(nodes: &mut [Node], made: &[Made]) {
    let mut amounts: Resources =
        [(CPU, 1 << 40), (MEMORY, 1 << 55), (PODS, 1 << 30)].into_iter().collect();
    for pod in made.iter().filter_map(|it| it.pods.first()) {
        for (name, _) in requests(pod).iter().filter(|(it, _)| *it != CPU && *it != MEMORY) {
            amounts.set(name.clone(), 1 << 50);
        }
    }
    for node in nodes {
        node.allocatable = amounts.clone();
    }
}

/// Nodes that pods ask for by name.
fn named(made: &[Made]) -> BTreeSet<String> {
    let pods = made.iter().filter_map(|it| it.pods.first());
    pods.flat_map(|it| asked(it, Node::HOSTNAME)).collect()
}

/// Zones that pods ask for by name come first.
fn zones(made: &[Made]) -> Vec<String> {
    let mut zones: Vec<String> = Vec::new();
    for pod in made.iter().filter_map(|it| it.pods.first()) {
        zones.extend(asked(pod, Node::ZONE));
    }
    zones.sort();
    zones.dedup();
    let mut made_up = ["zone-a", "zone-b", "zone-c"].into_iter().map(str::to_owned);
    while zones.len() < 3 {
        zones.extend(made_up.next());
    }
    zones
}

/// Values of a label of nodes that a pod asks for.
fn asked(pod: &Pod, key: &str) -> Vec<String> {
    let selected = pod.node_selector.get(key).map(ToString::to_string);
    let terms = pod.node_affinity.iter().flat_map(|it| &it.terms);
    let is_meant = |it: &&Requirement| it.key == key && it.operator == Operator::In;
    let required = terms.flat_map(|it| &it.expressions).filter(is_meant);
    let required = required.flat_map(|it| &it.values).map(ToString::to_string);
    selected.into_iter().chain(required).collect()
}

/// On the stand-in, what pods ask of labels that only real nodes have counts as met.
pub(super) fn forget_labels(pod: &mut Pod) {
    const KNOWN: [&str; 2] = [Node::ZONE, Node::HOSTNAME];
    // Whoever writes takes the template apart from that of other pods.
    let asks_nothing = pod.node_selector.is_empty() && pod.node_affinity.is_none();
    if asks_nothing && pod.preferred_nodes.is_empty() {
        return;
    }
    pod.node_selector.retain(|key, _| KNOWN.contains(&key.as_str()));
    if let Some(affinity) = &mut pod.node_affinity {
        for term in &mut affinity.terms {
            term.expressions.retain(|it| KNOWN.contains(&it.key.as_str()));
        }
        // A term of which nothing is left would match nothing, and any node meets it.
        if affinity.terms.iter().any(|it| it.expressions.is_empty() && it.fields.is_empty()) {
            pod.node_affinity = None;
        }
    }
    pod.preferred_nodes.clear();
}

fn node(name: &str, zone: Option<&str>) -> Node {
    let mut labels: Labels =
        [(Node::HOSTNAME.into(), SmolStr::new(name)), ("kubernetes.io/os".into(), "linux".into())]
            .into();
    if let Some(zone) = zone {
        labels.insert(Node::ZONE.into(), zone.into());
    }
    Node { name: name.into(), labels, is_ready: true, ..Node::default() }
}
