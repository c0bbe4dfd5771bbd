//! Which pods a node evicts first (kubelet/eviction/helpers.go, `rankMemoryPressure`).

use crate::model::{MEMORY, Pod, requests};

/// A pod and the memory that it uses.
#[derive(Debug, Clone, Copy)]
pub struct Usage<'a> {
    pub pod: &'a Pod,
    pub memory: i64,
}

/// The first goes first: those that use more than they ask for, then the less important, then those
/// that use most beyond what they ask for. Quality of service is not looked at.
pub fn eviction_order(pods: &mut [Usage<'_>]) {
    pods.sort_by_key(|it| {
        let beyond = it.memory - requests(it.pod).get(MEMORY);
        (beyond <= 0, it.pod.priority, -beyond)
    });
}
