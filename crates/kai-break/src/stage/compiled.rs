//! What holds of a cluster wherever its pods are.

use std::sync::Arc;

use kai_sim::disruption::Guards;
use kai_sim::model::Cluster;
use kai_sim::sweep::Plan;

/// It rests on what nodes have and on what pods ask for and are called, and on nothing that changes when
/// a pod is placed elsewhere.
#[derive(Debug, Clone)]
pub(crate) struct Compiled {
    pub(crate) plan: Arc<Plan>,
    pub(crate) guards: Arc<Guards>,
}

impl Compiled {
    pub(crate) fn of(cluster: &Cluster) -> Self {
        let (plan, guards) = rayon::join(|| Plan::of(cluster), || Guards::of(cluster));
        Self { plan: Arc::new(plan), guards: Arc::new(guards) }
    }
}
