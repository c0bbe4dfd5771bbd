//! Where a pod wants to be, seen from other pods.

use smol_str::SmolStr;

use super::{Labels, Pod, Selector};

/// Near to, or away from, other pods.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Affinity {
    pub required: Vec<AffinityTerm>,
    pub preferred: Vec<Weighted<AffinityTerm>>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Weighted<T> {
    pub weight: i64,
    pub term: T,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AffinityTerm {
    /// Nothing selects no pod.
    pub selector: Option<Selector>,
    /// With neither of these two, the namespace of the pod that has the term
    /// ([`read`](crate::read) writes it here).
    pub namespaces: Vec<SmolStr>,
    pub namespace_selector: Option<Selector>,
    pub topology_key: SmolStr,
}

impl Affinity {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.required.is_empty() && self.preferred.is_empty()
    }
}

impl AffinityTerm {
    /// Whether the term speaks of a pod; `namespace` is the labels of that pod's namespace.
    #[must_use]
    pub fn matches(&self, pod: &Pod, namespace: &Labels) -> bool {
        let is_there = self.namespaces.contains(&pod.namespace)
            || self.namespace_selector.as_ref().is_some_and(|it| it.matches(namespace));
        is_there && self.selector.as_ref().is_some_and(|it| it.matches(&pod.labels))
    }
}
