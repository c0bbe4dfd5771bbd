//! Which budgets guard which pods, found once for many questions.

use std::collections::BTreeMap;

use super::status::{Expected, expected};
use crate::model::Cluster;

/// The budgets of every pod of a cluster, and the pods of every budget. They hold wherever the pods are.
#[derive(Debug, Clone)]
pub struct Guards {
    of_pod: Vec<Vec<usize>>,
    pods: Vec<Vec<usize>>,
    expected: Vec<Option<Expected>>,
}

impl Guards {
    #[must_use]
    pub fn of(cluster: &Cluster) -> Self {
        let mut of_pod = vec![Vec::new(); cluster.pods.len()];
        let mut pods = vec![Vec::new(); cluster.budgets.len()];
        // Pods of one owner mostly have the same labels, and selectors see nothing else of a pod.
        let owner = |it: &usize| {
            let pod = &cluster.pods[*it];
            (&pod.namespace, pod.owner.as_ref().map(|it| &it.name))
        };
        let mut order: Vec<usize> = (0..cluster.pods.len()).collect();
        order.sort_by_key(owner);
        let is_alike = |one: &usize, other: &usize| {
            let (one, other) = (&cluster.pods[*one], &cluster.pods[*other]);
            one.namespace == other.namespace && one.labels == other.labels
        };
        let mut of_namespace: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (at, budget) in cluster.budgets.iter().enumerate() {
            of_namespace.entry(&budget.key.namespace).or_default().push(at);
        }
        for alike in order.chunk_by(is_alike) {
            let pod = &cluster.pods[alike[0]];
            let near = of_namespace.get(&pod.namespace).into_iter().flatten().copied();
            let guard: Vec<usize> = near.filter(|&it| cluster.budgets[it].guards(pod)).collect();
            guard.iter().for_each(|&it| pods[it].extend(alike));
            alike.iter().for_each(|&it| of_pod[it].clone_from(&guard));
        }
        pods.iter_mut().for_each(|it| it.sort_unstable());
        let expected = expected(cluster, &pods);
        Self { of_pod, pods, expected }
    }

    /// The budgets that guard a pod, in their order.
    #[must_use]
    pub fn of_pod(&self, pod: usize) -> &[usize] {
        &self.of_pod[pod]
    }

    /// What a budget expects of its pods; nothing where its controller cannot tell.
    pub(super) fn expected(&self, budget: usize) -> Option<Expected> {
        self.expected[budget]
    }

    /// The pods that a budget guards, in their order.
    #[must_use]
    pub fn pods(&self, budget: usize) -> &[usize] {
        &self.pods[budget]
    }
}
