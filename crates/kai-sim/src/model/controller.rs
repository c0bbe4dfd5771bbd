//! What makes pods.

use smol_str::SmolStr;

use super::{Key, Selector};

/// The controller that a pod says it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Owner {
    /// Nothing where it is of a kind that nobody here knows.
    pub kind: Option<ControllerKind>,
    pub name: SmolStr,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ControllerKind {
    Deployment,
    ReplicaSet,
    ReplicationController,
    StatefulSet,
    DaemonSet,
    Job,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Controller {
    pub kind: ControllerKind,
    pub key: Key,
    pub selector: Option<Selector>,
    /// How many pods it wants; nothing where nodes decide that, or nobody says it.
    pub replicas: Option<i64>,
    /// The controller above it, such as a Deployment above its ReplicaSets.
    pub owner: Option<Owner>,
}

impl ControllerKind {
    /// By the spelling of the API.
    #[must_use]
    pub fn parse(group_version: &str, kind: &str) -> Option<Self> {
        Some(match (group_version, kind) {
            ("apps/v1", "Deployment") => Self::Deployment,
            ("apps/v1", "ReplicaSet") => Self::ReplicaSet,
            ("v1", "ReplicationController") => Self::ReplicationController,
            ("apps/v1", "StatefulSet") => Self::StatefulSet,
            ("apps/v1", "DaemonSet") => Self::DaemonSet,
            ("batch/v1", "Job") => Self::Job,
            _ => return None,
        })
    }
}
