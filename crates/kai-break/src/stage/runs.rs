//! What runs: a workload, its pods, and how many of them it needs.

use std::collections::BTreeMap;

use kai_core::{ComponentId, SmolStr};
use kai_graph::{Component, Container, Facts, Workload};
use kai_sim::model::{Cluster, Controller, ControllerKind, Key, Pod};

use super::Stage;

/// A workload on the stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Runs {
    /// Nothing where only pods tell of it.
    pub component: Option<ComponentId>,
    /// As its API spells it.
    pub native_kind: SmolStr,
    /// Nothing for pods of an operator, and for pods that nobody makes again.
    pub controller: Option<ControllerKind>,
    pub key: Key,
    /// Places of its pods in the cluster's list.
    pub pods: Vec<usize>,
    /// How many pods it wants.
    pub wanted: usize,
    /// How many must be there so that it works at all, where that is more than one.
    pub quorum: Option<usize>,
    /// The place of its template in what is declared.
    pub template: Option<usize>,
    /// True where its pods keep a volume of their own that outlives them.
    pub has_claim: bool,
    /// Nobody makes its pod again.
    pub is_alone: bool,
}

impl Runs {
    /// `Deployment/web`
    #[must_use]
    pub fn label(&self) -> String {
        [self.native_kind.as_str(), self.key.name.as_str()].join("/")
    }

    /// The fewest pods with which it works.
    #[must_use]
    pub fn needed(&self) -> usize {
        self.quorum.unwrap_or(1)
    }

    /// Pods that come one to a node do not come back elsewhere.
    #[must_use]
    pub fn is_everywhere(&self) -> bool {
        self.controller == Some(ControllerKind::DaemonSet)
    }
}

/// Engines whose members decide by majority. Others are left out where that depends on how they
/// are set up.
const MAJORITY: [&str; 4] = ["consul", "etcd", "mongodb", "zookeeper"];
/// Those where it does with three members, which is how every piece of data has three copies.
const MAJORITY_OF_THREE: [&str; 3] = ["cockroachdb", "elasticsearch", "opensearch"];

/// Whether its pods are known to be members that vote: a router, an agent and a node for data alone are none, and a
/// MongoDB is one only where it is told of its set.
fn may_vote(engine: &str, workload: &Workload) -> bool {
    let containers = || workload.pod.containers.iter();
    let words = containers().flat_map(|it| it.command.iter().chain(&it.args));
    let words: Vec<&str> = words.flat_map(|it| it.value.split_whitespace()).collect();
    let variables: Vec<_> = containers().flat_map(|it| &it.env).collect();
    let says = |word: &str| {
        let word = word.to_ascii_lowercase();
        words.iter().any(|it| it.to_ascii_lowercase().contains(&word))
            || variables.iter().any(|it| it.name.to_ascii_lowercase().contains(&word))
    };
    match engine {
        "mongodb" => {
            !says("mongos") && (says("replset") || says("replica_set") || says("replicaset"))
        }
        "consul" => words.contains(&"-server"),
        "elasticsearch" | "opensearch" => {
            let roles = ["node.roles", "node_roles", "node.master", "node.data"];
            let is_configured =
                |it: &Container| it.mounts.iter().any(|it| it.path.ends_with(".yml"));
            !roles.iter().any(|it| says(it)) && !containers().any(is_configured)
        }
        _ => true,
    }
}

/// How many of so many members must be there, where more than one must.
pub(super) fn quorum(component: Option<&Component>, members: usize) -> Option<usize> {
    let engine = match &component?.facts {
        Facts::Workload(it) => it.engine.filter(|engine| may_vote(engine.name, it))?,
        Facts::Datastore(it) => it.engine,
        _ => return None,
    };
    let decides = (MAJORITY.contains(&engine.name) && members >= 3)
        || (MAJORITY_OF_THREE.contains(&engine.name) && members == 3);
    decides.then_some(members / 2 + 1)
}

/// The workload of each pod: kind, as its API spells it, and name. Nothing for pods of jobs and of
/// the nodes themselves.
pub(super) fn owner(
    cluster: &Owners<'_>,
    pod: &Pod,
) -> Option<(Option<ControllerKind>, SmolStr, Key)> {
    if pod.is_mirror {
        return None;
    }
    let key = |name: &SmolStr| Key::new(pod.namespace.clone(), name.clone());
    let Some(owner) = &pod.owner else {
        return Some((None, "Pod".into(), key(&pod.name)));
    };
    match owner.kind {
        Some(ControllerKind::Job) => None,
        Some(ControllerKind::ReplicaSet) => {
            let above = cluster.above(pod, &owner.name);
            Some(match above {
                Some(name) => (Some(ControllerKind::Deployment), "Deployment".into(), key(&name)),
                None => (owner.kind, "ReplicaSet".into(), key(&owner.name)),
            })
        }
        Some(kind) => Some((Some(kind), SmolStr::new(format!("{kind:?}")), key(&owner.name))),
        None => Some((None, SmolStr::default(), key(&owner.name))),
    }
}

/// Which ReplicaSets belong to Deployments.
pub(super) struct Owners<'c> {
    sets: BTreeMap<(&'c SmolStr, &'c SmolStr), &'c Controller>,
}

impl<'c> Owners<'c> {
    pub(super) fn of(cluster: &'c Cluster) -> Self {
        let sets = cluster.controllers.iter().filter(|it| it.kind == ControllerKind::ReplicaSet);
        Self { sets: sets.map(|it| ((&it.key.namespace, &it.key.name), it)).collect() }
    }

    /// The Deployment above a ReplicaSet. Where the set was not collected, its name says so: the
    /// controller adds the hash of the template, which is a label of the pod.
    fn above(&self, pod: &Pod, set: &SmolStr) -> Option<SmolStr> {
        if let Some(controller) = self.sets.get(&(&pod.namespace, set)) {
            return controller.owner.as_ref().map(|it| it.name.clone());
        }
        let hash = pod.labels.get("pod-template-hash")?;
        Some(SmolStr::new(set.strip_suffix(hash.as_str())?.strip_suffix('-')?))
    }
}

impl Stage<'_> {
    /// `payments/web`, or the name alone where it is the only one of that name.
    #[must_use]
    pub fn name_of(&self, runs: usize) -> String {
        self.runs[runs].key.to_string()
    }
}
