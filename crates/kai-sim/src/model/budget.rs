//! Disruption budgets.

use smol_str::SmolStr;

use super::{IntOrPercent, Key, Pod, Selector};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisruptionBudget {
    pub key: Key,
    /// Nothing selects no pod.
    pub selector: Option<Selector>,
    pub limit: Option<Limit>,
    pub unhealthy: UnhealthyPolicy,
    pub status: BudgetStatus,
}

/// What a budget holds to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    MinAvailable(IntOrPercent),
    MaxUnavailable(IntOrPercent),
}

/// Whether pods that are not ready may go although the budget is spent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum UnhealthyPolicy {
    #[default]
    IfHealthyBudget,
    AlwaysAllow,
}

/// What the controller has written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BudgetStatus {
    pub disruptions_allowed: i64,
    pub current_healthy: i64,
    pub desired_healthy: i64,
    pub expected_pods: i64,
    /// Pods that the API server lets go and that are not gone yet.
    pub disrupted: Vec<SmolStr>,
}

impl DisruptionBudget {
    /// As policy/v1 says and eviction follows: an empty selector selects every pod of the namespace.
    #[must_use]
    pub fn guards(&self, pod: &Pod) -> bool {
        self.key.namespace == pod.namespace
            && self.selector.as_ref().is_some_and(|it| it.matches(&pod.labels))
    }
}
