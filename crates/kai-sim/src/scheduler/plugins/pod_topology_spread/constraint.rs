//! A constraint as the plugin evaluates it (common.go).

use std::borrow::Cow;

use crate::model::{Pod, Requirement, Selector, SpreadConstraint};
use crate::scheduler::Host;

#[derive(Debug, Clone)]
pub(crate) struct Constraint<'a> {
    pub(crate) written: Cow<'a, SpreadConstraint>,
    /// The written one and the pod's own values of `matchLabelKeys`; nothing selects no pod.
    pub(crate) selector: Option<Selector>,
}

/// The constraints of a pod of one kind.
pub(crate) fn constraints(pod: &Pod, are_required: bool) -> Vec<Constraint<'_>> {
    let written = pod.spread.iter().filter(|it| it.is_required == are_required);
    written.map(|it| Constraint::of(it, pod)).collect()
}

/// Whether a node has the labels of all constraints.
pub(super) fn has_keys(host: &Host<'_>, constraints: &[Constraint<'_>]) -> bool {
    constraints.iter().all(|it| host.label(it.key()).is_some())
}

impl<'a> Constraint<'a> {
    fn of(written: &'a SpreadConstraint, pod: &Pod) -> Self {
        let of_pod = written
            .match_label_keys
            .iter()
            .filter_map(|key| pod.labels.get(key).map(|value| Requirement::equals(key, value)));
        let selector = written.selector.as_ref().map(|it| Selector {
            requirements: of_pod.chain(it.requirements.iter().cloned()).collect(),
        });
        Self { written: Cow::Borrowed(written), selector }
    }

    pub(crate) fn key(&self) -> &str {
        &self.written.topology_key
    }

    pub(crate) fn selects(&self, pod: &Pod) -> bool {
        self.selector.as_ref().is_some_and(|it| it.matches(&pod.labels))
    }

    /// Whether pods on a node count at all.
    pub(crate) fn includes(&self, host: &Host<'_>, pod: &Pod) -> bool {
        let is_tainted = || {
            let mut taints = host.node.taints.iter().filter(|it| it.keeps_out());
            taints.any(|it| !it.is_tolerated(&pod.tolerations))
        };
        (!self.written.honours_affinity || pod.selects(host.node))
            && !(self.written.honours_taints && is_tainted())
    }

    /// Whether a pod counts for another. Those that go do not, and an empty selector selects none
    /// here.
    pub(crate) fn counts(&self, other: &Pod, pod: &Pod) -> bool {
        !other.is_terminating
            && other.namespace == pod.namespace
            && self.selector.as_ref().is_some_and(|it| !it.is_empty())
            && self.selects(other)
    }

    pub(super) fn count_on(&self, host: &Host<'_>, pod: &Pod) -> i64 {
        host.pods.iter().filter(|it| self.counts(it, pod)).count() as i64
    }
}
