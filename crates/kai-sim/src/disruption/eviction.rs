//! What the API server answers to an eviction (pkg/registry/core/pod/storage/eviction.go).

use crate::model::{Cluster, DisruptionBudget, Key, Phase, Pod, UnhealthyPolicy};

/// More evictions than this wait for the controller: the API server stops answering.
const DISRUPTED_MAX: usize = 2000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Eviction {
    /// The pod goes; a budget pays for it, or none has to.
    Allowed { budget: Option<Key> },
    /// 429: the budget lets no pod go now, and the caller tries again.
    TooManyRequests { budget: Key },
    /// 403: the budget's status cannot be right.
    Forbidden { budget: Key },
    /// 500: more than one budget guards the pod, and no number of tries helps.
    SeveralBudgets { budgets: Vec<Key> },
}

/// The answer for a pod, by the statuses that budgets have now.
#[must_use]
pub fn eviction(cluster: &Cluster, pod: &Pod) -> Eviction {
    // A pod that does not run, or goes already, is no disruption.
    if pod.is_terminating || pod.phase != Phase::Running {
        return Eviction::Allowed { budget: None };
    }
    let budgets: Vec<_> = cluster.budgets.iter().filter(|it| it.guards(pod)).collect();
    match budgets.as_slice() {
        [] => Eviction::Allowed { budget: None },
        [budget] => by_budget(budget, pod),
        several => {
            Eviction::SeveralBudgets { budgets: several.iter().map(|it| it.key.clone()).collect() }
        }
    }
}

fn by_budget(budget: &DisruptionBudget, pod: &Pod) -> Eviction {
    let status = &budget.status;
    let key = budget.key.clone();
    if !pod.is_ready {
        let has_enough =
            status.desired_healthy > 0 && status.current_healthy >= status.desired_healthy;
        if budget.unhealthy == UnhealthyPolicy::AlwaysAllow || has_enough {
            return Eviction::Allowed { budget: None };
        }
    }
    if status.disruptions_allowed < 0 || status.disrupted.len() > DISRUPTED_MAX {
        return Eviction::Forbidden { budget: key };
    }
    if status.disruptions_allowed == 0 {
        return Eviction::TooManyRequests { budget: key };
    }
    Eviction::Allowed { budget: Some(key) }
}
