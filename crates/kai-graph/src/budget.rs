//! Controls over how many pods there are.

use kai_core::{Known, OriginId, SmolStr, Traced};

use crate::Selector;

/// How many pods of a selection must stay while somebody evicts others.
#[derive(Debug, Clone)]
pub struct DisruptionBudget {
    /// None selects nothing (policy/v1: an empty selector selects every pod of the namespace).
    pub selector: Option<Selector>,
    pub min_available: Option<Traced<IntOrPercent>>,
    pub max_unavailable: Option<Traced<IntOrPercent>>,
}

/// `3` or `50%`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntOrPercent {
    Count(u32),
    Percent(u32),
}

/// Something that changes the number of pods with load.
#[derive(Debug, Clone)]
pub struct Autoscaler {
    pub target: ObjectRef,
    pub replicas_min: Known<u32>,
    pub replicas_max: Known<u32>,
    pub metrics: Vec<Metric>,
}

#[derive(Debug, Clone)]
pub struct Metric {
    pub kind: MetricKind,
    pub origin: OriginId,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MetricKind {
    /// `cpu` or `memory`; `is_utilization` needs a request on every container.
    Resource {
        name: SmolStr,
        container: Option<SmolStr>,
        is_utilization: bool,
    },
    Other(SmolStr),
}

/// A reference by kind and name, in a namespace.
#[derive(Debug, Clone)]
pub struct ObjectRef {
    pub kind: SmolStr,
    /// Empty means the namespace of who refers.
    pub namespace: SmolStr,
    pub name: SmolStr,
    pub origin: OriginId,
}

impl IntOrPercent {
    /// The count that it means of `total`, a share rounded up, as disruption budgets and
    /// `maxSurge` do.
    #[must_use]
    pub fn of_rounded_up(self, total: u32) -> u32 {
        match self {
            Self::Count(count) => count,
            Self::Percent(percent) => (total * percent).div_ceil(100),
        }
    }

    /// The count that it means of `total`, a share rounded down, as `maxUnavailable` of a
    /// Deployment does.
    #[must_use]
    pub fn of_rounded_down(self, total: u32) -> u32 {
        match self {
            Self::Count(count) => count,
            Self::Percent(percent) => total * percent / 100,
        }
    }
}

impl std::fmt::Display for IntOrPercent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Count(count) => write!(f, "{count}"),
            Self::Percent(percent) => write!(f, "{percent}%"),
        }
    }
}

impl DisruptionBudget {
    /// How many of `replicas` healthy pods may be evicted at once (the disruption controller's
    /// arithmetic: shares round up).
    #[must_use]
    pub fn evictable(&self, replicas: u32) -> u32 {
        if let Some(max) = &self.max_unavailable {
            return max.value.of_rounded_up(replicas).min(replicas);
        }
        let min = self.min_available.as_ref().map_or(1, |it| it.value.of_rounded_up(replicas));
        replicas.saturating_sub(min)
    }
}
