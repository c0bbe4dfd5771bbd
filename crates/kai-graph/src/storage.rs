//! Where state lives, and what copies it.

use kai_core::{Known, OriginId, SmolStr};

use crate::{Bytes, Selector};

/// A volume of a pod.
#[derive(Debug, Clone)]
pub struct Volume {
    pub name: SmolStr,
    pub source: VolumeSource,
    pub origin: OriginId,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VolumeSource {
    /// Gone with the pod.
    EmptyDir {
        is_memory: bool,
    },
    /// Outlives the pod.
    Claim {
        name: SmolStr,
    },
    /// A claim that is made and deleted with the pod.
    Ephemeral,
    Configuration {
        name: SmolStr,
        is_optional: bool,
        /// Those that are mounted; all of them where none is named.
        keys: Vec<SmolStr>,
    },
    Secret {
        name: SmolStr,
        is_optional: bool,
        /// Those that are mounted; all of them where none is named.
        keys: Vec<SmolStr>,
    },
    /// What a `SecretProviderClass` takes out of a store of secrets.
    SecretProvider {
        name: SmolStr,
    },
    /// Stays on the machine (or the Compose host).
    HostPath {
        path: SmolStr,
    },
    /// A named volume of Compose: outlives the container, not the host.
    Named {
        name: SmolStr,
    },
    /// NFS, CSI, cloud disks named in the pod.
    Network(SmolStr),
    /// Several sources in one folder.
    Projected(Vec<Self>),
    Other(SmolStr),
}

/// Where a container sees a volume.
#[derive(Debug, Clone)]
pub struct Mount {
    pub volume: SmolStr,
    pub path: SmolStr,
    pub sub_path: Option<SmolStr>,
    pub is_read_only: bool,
    pub origin: OriginId,
}

/// A PersistentVolumeClaim.
#[derive(Debug, Clone)]
pub struct Claim {
    pub access_modes: Vec<SmolStr>,
    pub storage_class: Known<SmolStr>,
    pub size: Known<Bytes>,
    pub volume_name: Option<SmolStr>,
    pub origin: OriginId,
}

/// A claim that a StatefulSet makes for each of its pods.
#[derive(Debug, Clone)]
pub struct ClaimTemplate {
    pub name: SmolStr,
    pub claim: Claim,
    /// True where the claims go when the set is deleted (`persistentVolumeClaimRetentionPolicy`).
    pub is_deleted_with_set: Known<bool>,
    /// True where the claims of pods that are scaled away go with them.
    pub is_deleted_when_scaled: Known<bool>,
}

#[derive(Debug, Clone)]
pub struct PersistentVolume {
    pub reclaim_policy: Known<SmolStr>,
    pub storage_class: Known<SmolStr>,
    pub claim: Option<(SmolStr, SmolStr)>,
    /// `local`, `hostPath`, `csi` …
    pub source: SmolStr,
}

#[derive(Debug, Clone)]
pub struct StorageClass {
    pub provisioner: Known<SmolStr>,
    pub reclaim_policy: Known<SmolStr>,
    pub binding_mode: Known<SmolStr>,
    /// True where a claim may ask for more later.
    pub can_grow: Known<bool>,
    /// True where its parameters may ask for volumes in more than one zone.
    pub may_span_zones: bool,
    pub is_default: bool,
}

/// Disks of many machines as one storage: Rook's Ceph.
#[derive(Debug, Clone)]
pub struct DiskCluster {
    /// True where a disk that holds data of another cluster is erased and taken.
    pub erases_foreign_disks: Known<bool>,
    /// True where its disks are erased once it is deleted.
    pub erases_when_deleted: Known<bool>,
}

/// Something that copies state away.
#[derive(Debug, Clone)]
pub struct Backup {
    pub scope: BackupScope,
    pub schedule: Known<SmolStr>,
    pub retention: Known<SmolStr>,
    pub destination: Known<SmolStr>,
    pub is_suspended: Known<bool>,
}

/// What a backup covers.
#[derive(Debug, Clone)]
pub enum BackupScope {
    /// Velero: namespaces by name (empty or `*`: all), less the excluded, and pods by label.
    Namespaces {
        included: Vec<SmolStr>,
        excluded: Vec<SmolStr>,
        selector: Option<Selector>,
    },
    /// A claim or a datastore by kind and name in the backup's namespace.
    Object {
        kind: SmolStr,
        name: SmolStr,
    },
    /// Longhorn: claims that one of these labels turns it on for, wherever they are.
    Labelled(Vec<SmolStr>),
    Unknown,
}
