//! Everything that the control plane knows.

use std::collections::BTreeMap;
use std::fmt;

use kai_core::Lookup;
use smol_str::SmolStr;

use super::{
    Claim, Controller, ControllerKind, DisruptionBudget, Labels, Node, PersistentVolume, Phase,
    Pod, StorageClass,
};

/// The name of an object in its namespace.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    pub namespace: SmolStr,
    pub name: SmolStr,
}

/// A cluster at one moment. Pods without a node wait to be scheduled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cluster {
    pub nodes: Vec<Node>,
    pub pods: Vec<Pod>,
    /// Labels of namespaces by name; one that is not here has none.
    pub namespaces: BTreeMap<SmolStr, Labels>,
    pub services: Vec<Service>,
    pub controllers: Vec<Controller>,
    pub budgets: Vec<DisruptionBudget>,
    pub claims: BTreeMap<Key, Claim>,
    pub volumes: BTreeMap<SmolStr, PersistentVolume>,
    pub classes: BTreeMap<SmolStr, StorageClass>,
}

/// A service, as far as it says which pods belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    pub key: Key,
    /// Nothing selects no pod.
    pub selector: Option<Labels>,
}

impl Key {
    pub fn new(namespace: impl Into<SmolStr>, name: impl Into<SmolStr>) -> Self {
        Self { namespace: namespace.into(), name: name.into() }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

impl Cluster {
    /// The controller that a pod belongs to, where it is here.
    #[must_use]
    pub fn controller_of(&self, pod: &Pod) -> Option<&Controller> {
        let owner = pod.owner.as_ref()?;
        self.controller(owner.kind?, &pod.namespace, &owner.name)
    }

    /// A pod runs on a node and is ready; both by their places.
    pub fn place(&mut self, pod: usize, node: usize) {
        let (pod, node) = (&mut self.pods[pod], &self.nodes[node]);
        pod.node = Some(node.name.clone());
        (pod.phase, pod.is_ready) = (Phase::Running, true);
    }

    /// A controller by its name. Who asks for many asks [`Controllers`].
    #[must_use]
    pub fn controller(
        &self,
        kind: ControllerKind,
        namespace: &SmolStr,
        name: &SmolStr,
    ) -> Option<&Controller> {
        self.controllers
            .iter()
            .find(|it| it.kind == kind && it.key.namespace == *namespace && it.key.name == *name)
    }

    /// Labels of a namespace; none where nobody says.
    #[must_use]
    pub fn namespace_labels(&self, name: &str) -> &Labels {
        static NONE: Labels = Labels::new();
        self.namespaces.get(name).unwrap_or(&NONE)
    }
}

/// The controllers of a cluster by their names. Of two of one name the first counts, as for
/// [`Cluster::controller`].
#[derive(Debug)]
pub struct Controllers<'c>(Lookup<(ControllerKind, &'c SmolStr, &'c SmolStr), &'c Controller>);

impl<'c> Controllers<'c> {
    #[must_use]
    pub fn of(cluster: &'c Cluster) -> Self {
        let mut by_name = Lookup::new();
        for it in &cluster.controllers {
            by_name.get_or_insert_with((it.kind, &it.key.namespace, &it.key.name), || it);
        }
        Self(by_name)
    }

    #[must_use]
    pub fn named(
        &self,
        kind: ControllerKind,
        namespace: &'c SmolStr,
        name: &'c SmolStr,
    ) -> Option<&'c Controller> {
        self.0.get(&(kind, namespace, name)).copied()
    }
}
