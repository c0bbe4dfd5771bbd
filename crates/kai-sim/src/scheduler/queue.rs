//! Which pod is scheduled first.

use std::cmp::Reverse;

use crate::model::Pod;

/// A pod with scheduling gates is not looked at (plugins/schedulinggates, v1.34.1).
#[must_use]
pub fn is_gated(pod: &Pod) -> bool {
    !pod.scheduling_gates.is_empty()
}

/// Higher priorities first, then those that came first (plugins/queuesort, v1.34.1). `arrival` is
/// the order in which pods came.
pub fn order(pods: &mut [(usize, &Pod)]) {
    pods.sort_by_key(|(arrival, pod)| (Reverse(pod.priority), *arrival));
}
