//! What holds of a cluster wherever its pods are.

use std::sync::{Arc, OnceLock};

use kai_sim::disruption::Guards;
use kai_sim::model::Cluster;
use kai_sim::sweep::Plan;

/// It rests on what nodes have and on what pods ask for and are called, and on nothing that changes when
/// a pod is placed elsewhere.
#[derive(Debug, Clone)]
pub(crate) struct Compiled {
    pub(crate) plan: Arc<Plan>,
    /// Only drains ask for them, so that they are found at the first of those.
    guards: Arc<OnceLock<Guards>>,
}

impl Compiled {
    pub(crate) fn of(cluster: &Cluster) -> Self {
        Self { plan: Arc::new(Plan::of(cluster)), guards: Arc::default() }
    }

    /// The same for who asks for the guards soon.
    pub(crate) fn guarded(cluster: &Cluster) -> Self {
        let (plan, guards) = rayon::join(|| Plan::of(cluster), || Guards::of(cluster));
        Self { plan: Arc::new(plan), guards: Arc::new(OnceLock::from(guards)) }
    }

    /// Of a cluster of the same nodes and pods, but for another spread of these pods, and more of them at
    /// its end.
    pub(crate) fn respread(&self, cluster: &Cluster, pods: &[usize]) -> Self {
        let plan = self.plan.respread(cluster, pods).unwrap_or_else(|| Plan::of(cluster));
        Self { plan: Arc::new(plan), guards: Arc::default() }
    }

    /// The budgets of pods of the cluster that it was made of.
    pub(crate) fn guards(&self, cluster: &Cluster) -> &Guards {
        self.guards.get_or_init(|| Guards::of(cluster))
    }
}
