//! Disruption budgets.

use kai_core::Node as Written;

use super::Reader;
use crate::model::{BudgetStatus, DisruptionBudget, IntOrPercent, Limit, UnhealthyPolicy};

impl Reader<'_> {
    pub(super) fn budget(&mut self) -> DisruptionBudget {
        let policy = self.object.str_at(&["spec", "unhealthyPodEvictionPolicy"]);
        DisruptionBudget {
            key: self.key(),
            selector: self.selector(self.at(&["spec", "selector"])),
            limit: self.limit(),
            unhealthy: match policy {
                Some("AlwaysAllow") => UnhealthyPolicy::AlwaysAllow,
                _ => UnhealthyPolicy::IfHealthyBudget,
            },
            status: self.status(),
        }
    }

    fn limit(&mut self) -> Option<Limit> {
        let value = |key: &str| self.at(&["spec", key]).and_then(Written::text);
        let (written, limit): (_, fn(IntOrPercent) -> Limit) =
            match (value("minAvailable"), value("maxUnavailable")) {
                (Some(written), _) => (written, Limit::MinAvailable),
                (None, Some(written)) => (written, Limit::MaxUnavailable),
                (None, None) => return None,
            };
        let read = IntOrPercent::parse(written).map(limit);
        if read.is_none() {
            self.leave_out("its limit", "is neither a number of pods nor a percentage");
        }
        read
    }

    fn status(&self) -> BudgetStatus {
        let number = |key: &str| self.at(&["status", key]).and_then(Written::as_int).unwrap_or(0);
        let disrupted = self.at(&["status", "disruptedPods"]).and_then(Written::as_map);
        BudgetStatus {
            disruptions_allowed: number("disruptionsAllowed"),
            current_healthy: number("currentHealthy"),
            desired_healthy: number("desiredHealthy"),
            expected_pods: number("expectedPods"),
            disrupted: disrupted.into_iter().flatten().map(|it| it.key.clone()).collect(),
        }
    }
}
