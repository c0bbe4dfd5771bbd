//! Everything that the control plane knows.

use std::collections::BTreeMap;
use std::fmt;

use smol_str::SmolStr;

use super::{
    Claim, Controller, DisruptionBudget, Labels, Node, PersistentVolume, Pod, StorageClass,
};

/// The name of an object in its namespace.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
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
        self.controllers.iter().find(|it| {
            Some(it.kind) == owner.kind
                && it.key.namespace == pod.namespace
                && it.key.name == owner.name
        })
    }

    /// Labels of a namespace; none where nobody says.
    #[must_use]
    pub fn namespace_labels(&self, name: &str) -> &Labels {
        static NONE: Labels = Labels::new();
        self.namespaces.get(name).unwrap_or(&NONE)
    }
}
