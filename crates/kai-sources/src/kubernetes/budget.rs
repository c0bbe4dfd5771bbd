//! Disruption budgets.

use kai_core::SmolStr;
use kai_graph::{ComponentKind, DisruptionBudget, Facts};

use crate::kubernetes::object::Object;

pub(super) fn lower(object: &Object<'_>) -> (ComponentKind, Facts) {
    let spec = object.spec;
    let holes = spec.reader().holes();
    let selector = spec.selector("selector");
    // In the first version of the API an empty selector selected nothing.
    let is_old = object.api_version == "policy/v1beta1";
    let mut budget = DisruptionBudget {
        selector: selector.filter(|it| !(is_old && it.is_empty())),
        min_available: spec.opt_traced("minAvailable"),
        max_unavailable: spec.opt_traced("maxUnavailable"),
        unhealthy_pod_eviction: spec
            .or("unhealthyPodEvictionPolicy", SmolStr::new_static("IfHealthyBudget")),
        is_fully_read: true,
    };
    budget.is_fully_read = spec.reader().holes() == holes;
    (ComponentKind::Control, Facts::DisruptionBudget(Box::new(budget)))
}
