//! What a plugin says of a node.

use std::fmt;

use smol_str::SmolStr;

/// A plugin of the default profile, in the order in which filters run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Plugin {
    NodeUnschedulable,
    NodeName,
    TaintToleration,
    NodeAffinity,
    NodePorts,
    NodeResourcesFit,
    VolumeRestrictions,
    NodeVolumeLimits,
    VolumeBinding,
    VolumeZone,
    PodTopologySpread,
    InterPodAffinity,
    NodeResourcesBalancedAllocation,
    ImageLocality,
}

/// Whether removing other pods could change a rejection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    Unschedulable,
    UnschedulableAndUnresolvable,
}

/// Why a pod cannot be on a node, in the scheduler's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    pub plugin: Plugin,
    pub code: Code,
    pub reasons: Vec<SmolStr>,
}

/// What the filters say of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Fits,
    /// The first filter that said no.
    Rejected(Rejection),
    /// The pod's node affinity names nodes, and this is none of them.
    NotNamed,
}

impl Plugin {
    /// What its scores are multiplied with; 0 where it gives none
    /// (pkg/scheduler/apis/config/v1/default_plugins.go, v1.34.1).
    #[must_use]
    pub fn weight(self) -> i64 {
        match self {
            Self::TaintToleration => 3,
            Self::NodeAffinity | Self::PodTopologySpread | Self::InterPodAffinity => 2,
            Self::NodeResourcesFit
            | Self::NodeResourcesBalancedAllocation
            | Self::ImageLocality => 1,
            _ => 0,
        }
    }
}

impl fmt::Display for Plugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Rejection {
    pub(super) fn unschedulable(plugin: Plugin, reason: impl Into<SmolStr>) -> Self {
        Self { plugin, code: Code::Unschedulable, reasons: vec![reason.into()] }
    }

    pub(super) fn unresolvable(plugin: Plugin, reason: impl Into<SmolStr>) -> Self {
        Self { plugin, code: Code::UnschedulableAndUnresolvable, reasons: vec![reason.into()] }
    }
}

impl Verdict {
    #[must_use]
    pub fn fits(&self) -> bool {
        *self == Self::Fits
    }

    /// True where the pod could be here if other pods were not.
    #[must_use]
    pub fn can_be_preempted(&self) -> bool {
        matches!(self, Self::Rejected(it) if it.code == Code::Unschedulable)
    }
}
