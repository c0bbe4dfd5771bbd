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
    /// `IfHealthyBudget` or `AlwaysAllow`.
    pub unhealthy_pod_eviction: Known<SmolStr>,
    /// False where a part of it could not be read, so that nothing may be concluded from it.
    pub is_fully_read: bool,
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
    /// How many stay while no trigger is active, where that is another number (KEDA's `idleReplicaCount`).
    pub replicas_idle: Known<u32>,
    pub replicas_max: Known<u32>,
    pub metrics: Vec<Metric>,
}

/// What changes how much the pods of a workload ask for.
#[derive(Debug, Clone)]
pub struct VerticalAutoscaler {
    pub target: ObjectRef,
    /// `Off` only recommends; `Initial` sets what new pods get, the others restart pods.
    pub mode: Known<SmolStr>,
    /// The resources that it may change; empty for both.
    pub resources: Vec<SmolStr>,
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
            Self::Percent(percent) => share(total, percent, 99),
        }
    }

    /// The count that it means of `total`, a share rounded down, as `maxUnavailable` of a
    /// Deployment does.
    #[must_use]
    pub fn of_rounded_down(self, total: u32) -> u32 {
        match self {
            Self::Count(count) => count,
            Self::Percent(percent) => share(total, percent, 0),
        }
    }
}

/// `percent` of `total`, in 64 bits because both come from a text.
fn share(total: u32, percent: u32, round: u64) -> u32 {
    let share = (u64::from(total) * u64::from(percent) + round) / 100;
    u32::try_from(share).unwrap_or(u32::MAX)
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
    /// How many of `replicas` healthy pods may be evicted at once, by the disruption controller's
    /// arithmetic: shares round up, and a budget that states neither bound lets nobody go
    /// (`getExpectedPodCount` of `pkg/controller/disruption/disruption.go` then expects no pods).
    #[must_use]
    pub fn evictable(&self, replicas: u32) -> u32 {
        if let Some(max) = &self.max_unavailable {
            return max.value.of_rounded_up(replicas).min(replicas);
        }
        let Some(min) = &self.min_available else { return 0 };
        replicas.saturating_sub(min.value.of_rounded_up(replicas))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(min: Option<IntOrPercent>, max: Option<IntOrPercent>, evictable: [u32; 3]) {
        let traced = |it| Traced { value: it, origin: OriginId::NONE };
        let budget = DisruptionBudget {
            selector: None,
            min_available: min.map(traced),
            max_unavailable: max.map(traced),
            unhealthy_pod_eviction: Known::default(),
            is_fully_read: true,
        };
        assert_eq!([1, 3, 10].map(|replicas| budget.evictable(replicas)), evictable);
    }

    #[test]
    fn a_budget_counts_as_the_disruption_controller_counts() {
        use IntOrPercent::{Count, Percent};
        check(Some(Count(1)), None, [0, 2, 9]);
        check(Some(Count(0)), None, [1, 3, 10]);
        check(Some(Percent(50)), None, [0, 1, 5]);
        check(Some(Percent(100)), None, [0, 0, 0]);
        check(None, Some(Count(0)), [0, 0, 0]);
        check(None, Some(Count(1)), [1, 1, 1]);
        // One per cent of three pods is one pod, because shares round up.
        check(None, Some(Percent(1)), [1, 1, 1]);
        check(None, None, [0, 0, 0]);
    }
}
