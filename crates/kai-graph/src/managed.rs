//! What a cloud runs and a configuration of it declares.

use kai_core::{Known, SmolStr};

use crate::{Material, Naming, Opening};

/// Whose cloud it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cloud {
    Amazon,
    Azure,
    Google,
}

/// A database that a cloud runs.
#[derive(Debug, Clone)]
pub struct ManagedDatabase {
    pub cloud: Cloud,
    /// What the cloud calls it.
    pub cloud_name: Known<SmolStr>,
    /// The project or account that it is in.
    pub home: Known<SmolStr>,
    /// What answers for it, where that is a thing of its own with other databases beside it.
    pub server: Option<Naming>,
    /// True where a standby in another zone takes over.
    pub has_standby: Known<bool>,
    /// True where it copies itself away on a schedule.
    pub has_backup: Known<bool>,
    /// True where it can be set back to any moment.
    pub has_point_in_time: Known<bool>,
    /// True where the cloud or the tool refuses to delete it.
    pub is_protected: Known<bool>,
    /// True where deleting it makes a last copy that stays.
    pub leaves_copy: Known<bool>,
    /// True where a change waits for no window.
    pub is_changed_at_once: Known<bool>,
    /// Where it lets the whole internet come to it.
    pub openings: Vec<Opening>,
    /// Passwords that stand in the configuration.
    pub material: Vec<Material>,
}

/// A Kubernetes cluster that a cloud runs.
#[derive(Debug, Clone)]
pub struct ManagedCluster {
    pub cloud: Cloud,
    /// What the cloud calls it.
    pub cloud_name: Known<SmolStr>,
    /// The project or account that it is in.
    pub home: Known<SmolStr>,
    /// True where its control plane runs in several zones.
    pub is_regional: Known<bool>,
    /// In how many zones its nodes are.
    pub node_zone_count: Known<usize>,
    /// How soon it takes new versions.
    pub channel: Known<Channel>,
    /// True where upgrades wait for an hour that somebody chose.
    pub has_window: Known<bool>,
    /// True where its API does not answer the whole internet.
    pub is_closed: Known<bool>,
    /// True where the cloud adds nodes for pods that wait.
    pub may_grow: Known<bool>,
    /// True where it asks the project's policy before it starts an image.
    pub checks_images: Known<bool>,
}

/// How soon a cluster takes new versions, soonest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    Rapid,
    Regular,
    Stable,
    Extended,
    /// Whoever runs it chooses each version.
    ByHand,
}

/// What a way in that a cloud runs asks of the TLS of its callers.
#[derive(Debug, Clone)]
pub struct TlsFloor {
    pub cloud: Cloud,
    pub cloud_name: Known<SmolStr>,
    /// The oldest version that it speaks.
    pub oldest: Known<TlsVersion>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TlsVersion {
    V1_0,
    V1_1,
    V1_2,
    V1_3,
}

impl TlsVersion {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V1_0 => "1.0",
            Self::V1_1 => "1.1",
            Self::V1_2 => "1.2",
            Self::V1_3 => "1.3",
        }
    }
}
