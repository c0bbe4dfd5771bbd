//! Volumes: what pods name, claims, and what claims are bound to.

use smol_str::SmolStr;

use super::{Key, Labels, NodeSelector, Requirement, Selector};

/// A volume of a pod, as far as it decides where the pod can be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PodVolume {
    /// By the name of a claim in the pod's namespace.
    Claim(SmolStr),
    /// A claim that is made for the pod, by the name of the volume.
    Ephemeral(SmolStr),
    /// A disk without a claim.
    Disk(Disk),
    /// Gone with the pod.
    EmptyDir,
    /// ConfigMaps, Secrets and others that are everywhere.
    Other,
}

/// A disk that pods name directly, as they did before there were claims.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Disk {
    GcePersistentDisk { name: SmolStr, is_read_only: bool },
    AwsElasticBlockStore { id: SmolStr },
    Iscsi { iqn: SmolStr, is_read_only: bool },
    Rbd { monitors: Vec<SmolStr>, pool: SmolStr, image: SmolStr, is_read_only: bool },
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claim {
    pub key: Key,
    pub class: SmolStr,
    /// The volume that it is bound to, or asks for.
    pub volume: SmolStr,
    /// The controller has finished binding it.
    pub is_bound: bool,
    pub is_lost: bool,
    pub is_terminating: bool,
    /// Only one pod at a time may use it.
    pub is_for_one_pod: bool,
    pub request: i64,
    pub is_block: bool,
    pub selector: Option<Selector>,
    /// The node that the scheduler chose for a volume that is being made.
    pub selected_node: Option<SmolStr>,
    pub access_modes: Vec<SmolStr>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersistentVolume {
    pub name: SmolStr,
    pub labels: Labels,
    pub class: SmolStr,
    pub capacity: i64,
    pub node_affinity: Option<NodeSelector>,
    /// The claim that it is bound to or kept for.
    pub claim: Option<Key>,
    pub is_available: bool,
    pub is_terminating: bool,
    pub is_block: bool,
    pub access_modes: Vec<SmolStr>,
    /// Driver and handle.
    pub csi: Option<(SmolStr, SmolStr)>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StorageClass {
    pub name: SmolStr,
    pub provisioner: SmolStr,
    pub binding: Option<Binding>,
    /// Where volumes can be made: alternatives of conditions on node labels.
    pub topologies: Vec<Vec<Requirement>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    Immediate,
    WaitForFirstConsumer,
}

impl StorageClass {
    /// k8s.io/kubernetes pkg/apis/core/v1/helper, v1.34.1, `MatchTopologySelectorTerms`.
    #[must_use]
    pub fn allows(&self, labels: &Labels) -> bool {
        let is_met = |it: &Vec<Requirement>| {
            !it.is_empty() && it.iter().all(|requirement| requirement.matches(labels))
        };
        self.topologies.is_empty() || self.topologies.iter().any(is_met)
    }

    /// A provisioner that makes nothing.
    #[must_use]
    pub fn is_static(&self) -> bool {
        self.provisioner.is_empty() || self.provisioner == "kubernetes.io/no-provisioner"
    }
}

impl Disk {
    /// Whether two pods cannot use them on one node
    /// (pkg/scheduler/framework/plugins/volumerestrictions, v1.34.1, `isVolumeConflict`).
    #[must_use]
    pub fn conflicts(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::GcePersistentDisk { name, is_read_only },
                Self::GcePersistentDisk { name: other, is_read_only: other_reads },
            ) => name == other && !(*is_read_only && *other_reads),
            (Self::AwsElasticBlockStore { id }, Self::AwsElasticBlockStore { id: other }) => {
                id == other
            }
            (
                Self::Iscsi { iqn, is_read_only },
                Self::Iscsi { iqn: other, is_read_only: other_reads },
            ) => iqn == other && !(*is_read_only && *other_reads),
            (
                Self::Rbd { monitors, pool, image, is_read_only },
                Self::Rbd {
                    monitors: other_monitors,
                    pool: other_pool,
                    image: other_image,
                    is_read_only: other_reads,
                },
            ) => {
                monitors.iter().any(|it| other_monitors.contains(it))
                    && (pool, image) == (other_pool, other_image)
                    && !(*is_read_only && *other_reads)
            }
            _ => false,
        }
    }
}
