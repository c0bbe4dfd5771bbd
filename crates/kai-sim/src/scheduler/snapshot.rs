//! The cluster as one scheduling cycle sees it.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use crate::model::{CPU, Cluster, Key, MEMORY, Node, Pod, Resources, requests, scored_requests};

/// Nodes with what is on them, in the order in which the scheduler walks them.
#[derive(Debug, Clone)]
pub struct Snapshot<'a> {
    pub cluster: &'a Cluster,
    pub hosts: Vec<Host<'a>>,
    /// Claims that pods on nodes name.
    pub used_claims: BTreeSet<Key>,
    pub(super) images: BTreeMap<&'a SmolStr, ImageSpread>,
}

/// A node and the pods on it that are not finished.
#[derive(Debug, Clone)]
pub struct Host<'a> {
    pub node: &'a Node,
    pub pods: Vec<&'a Pod>,
    pub requested: Resources,
    /// Processor and memory with something in place of what containers do not ask for.
    pub scored: (i64, i64),
}

/// An image and how many nodes have it.
#[derive(Debug, Clone, Copy)]
pub(super) struct ImageSpread {
    pub(super) size: i64,
    pub(super) node_count: usize,
}

impl<'a> Snapshot<'a> {
    #[must_use]
    pub fn new(cluster: &'a Cluster) -> Self {
        let mut hosts = Self::bare(cluster).hosts;
        let at: BTreeMap<&SmolStr, usize> =
            hosts.iter().enumerate().map(|(at, it)| (&it.node.name, at)).collect();
        for pod in cluster.pods.iter().filter(|it| !it.is_finished()) {
            if let Some(&at) = pod.node.as_ref().and_then(|it| at.get(it)) {
                hosts[at].add(pod);
            }
        }
        Self::of(cluster, hosts)
    }

    /// Nodes on which nothing is.
    pub(crate) fn bare(cluster: &'a Cluster) -> Self {
        // Nodes come to the scheduler by name.
        let mut nodes: Vec<&Node> = cluster.nodes.iter().collect();
        nodes.sort_by(|a, b| a.name.cmp(&b.name));
        Self::of(cluster, in_turn(&nodes).into_iter().map(Host::empty).collect())
    }

    /// Nodes in the order in which they are given, and what is on them.
    pub(crate) fn of(cluster: &'a Cluster, hosts: Vec<Host<'a>>) -> Self {
        let pods = hosts.iter().flat_map(|it| &it.pods);
        let claims = pods.flat_map(|pod| {
            pod.claim_names().map(|it| Key::new(pod.namespace.clone(), it.clone()))
        });
        let used_claims = claims.collect();
        let mut nodes: Vec<&Node> = hosts.iter().map(|it| it.node).collect();
        nodes.sort_by(|a, b| a.name.cmp(&b.name));
        Self { cluster, hosts, used_claims, images: images(&nodes) }
    }

    #[must_use]
    pub fn host(&self, name: &str) -> Option<&Host<'a>> {
        self.hosts.iter().find(|it| it.node.name == name)
    }
}

impl<'a> Host<'a> {
    pub(crate) fn empty(node: &'a Node) -> Self {
        Self { node, pods: Vec::new(), requested: Resources::default(), scored: (0, 0) }
    }

    pub fn add(&mut self, pod: &'a Pod) {
        self.pods.push(pod);
        self.requested.add(&requests(pod));
        let scored = scored_requests(pod);
        self.scored.0 = self.scored.0.saturating_add(scored.get(CPU));
        self.scored.1 = self.scored.1.saturating_add(scored.get(MEMORY));
    }

    /// Removes a pod that is here; nothing happens where it is not.
    pub fn remove(&mut self, pod: &Pod) {
        let Some(at) = self.pods.iter().position(|it| std::ptr::eq(*it, pod)) else { return };
        self.pods.remove(at);
        self.requested.subtract(&requests(pod));
        let scored = scored_requests(pod);
        self.scored.0 = self.scored.0.saturating_sub(scored.get(CPU));
        self.scored.1 = self.scored.1.saturating_sub(scored.get(MEMORY));
    }

    #[must_use]
    pub fn label(&self, key: &str) -> Option<&'a SmolStr> {
        self.node.labels.get(key)
    }
}

/// One node of each zone after the other (pkg/scheduler/backend/cache/node_tree.go, v1.34.1).
fn in_turn<'a>(nodes: &[&'a Node]) -> Vec<&'a Node> {
    let mut zones: Vec<((SmolStr, SmolStr), Vec<&Node>)> = Vec::new();
    for node in nodes {
        let zone = node.zone();
        match zones.iter_mut().find(|(it, _)| *it == zone) {
            Some((_, nodes)) => nodes.push(node),
            None => zones.push((zone, vec![node])),
        }
    }
    let longest = zones.iter().map(|(_, nodes)| nodes.len()).max().unwrap_or(0);
    let turn = |at: usize| zones.iter().filter_map(move |(_, nodes)| nodes.get(at).copied());
    (0..longest).flat_map(turn).collect()
}

/// The size of an image is the one that the first node says
/// (pkg/scheduler/backend/cache/cache.go, v1.34.1, `addNodeImageStates`).
fn images<'a>(nodes: &[&'a Node]) -> BTreeMap<&'a SmolStr, ImageSpread> {
    let mut images = BTreeMap::new();
    for node in nodes {
        let named = node.images.iter().flat_map(|it| it.names.iter().map(|name| (name, it.size)));
        let mut seen = BTreeSet::new();
        for (name, size) in named.filter(|(name, _)| seen.insert(*name)) {
            let image = images.entry(name).or_insert(ImageSpread { size, node_count: 0 });
            image.node_count += 1;
        }
    }
    images
}
