//! Quality of service, and what the kernel is told of it (pkg/apis/core/v1/helper/qos, kubelet/qos/policy.go).

use crate::model::{CPU, Container, MEMORY, Pod};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quality {
    BestEffort,
    Burstable,
    Guaranteed,
}

/// Guaranteed where every container asks for as much as its limit, of both; best effort where none
/// asks for anything.
#[must_use]
pub fn quality(pod: &Pod) -> Quality {
    let mut containers = pod.containers.iter().chain(&pod.init_containers).peekable();
    let is_guaranteed = |it: &Container| {
        [CPU, MEMORY]
            .iter()
            .all(|name| it.limits.get(name) > 0 && it.limits.get(name) == it.requests.get(name))
    };
    let asks = |it: &&Container| {
        [CPU, MEMORY].iter().any(|name| it.limits.get(name) > 0 || it.requests.get(name) > 0)
    };
    if containers.peek().is_some() && containers.clone().all(is_guaranteed) {
        Quality::Guaranteed
    } else if containers.any(|it| asks(&it)) {
        Quality::Burstable
    } else {
        Quality::BestEffort
    }
}

/// The higher, the sooner the kernel ends the container.
#[must_use]
pub fn oom_score_adjustment(pod: &Pod, container: &Container, node_memory: i64) -> i64 {
    const GUARANTEED: i64 = -997;
    const BEST_EFFORT: i64 = 1000;
    match quality(pod) {
        Quality::Guaranteed => GUARANTEED,
        Quality::BestEffort => BEST_EFFORT,
        Quality::Burstable => {
            let share = (1000 * container.requests.get(MEMORY)).checked_div(node_memory);
            // Between the other two, whatever it asks for.
            (1000 - share.unwrap_or(0)).clamp(1000 + GUARANTEED, BEST_EFFORT - 1)
        }
    }
}
