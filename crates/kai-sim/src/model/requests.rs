//! What a pod asks of a node.
//!
//! k8s.io/component-helpers v0.34.1, resource/helpers.go, `PodRequests`.

use super::{CPU, Container, MEMORY, Pod, Resources};

/// What a container counts for in scores where it asks for nothing
/// (pkg/scheduler/util/pod_resources.go, v1.34.1).
const SCORED_CPU: i64 = 100;
const SCORED_MEMORY: i64 = 200 << 20;

/// What the scheduler sets aside: the most that the pod needs at one time, pod-level requests
/// instead where there are any, and overhead.
#[must_use]
pub fn requests(pod: &Pod) -> Resources {
    requests_with(pod, &Resources::default())
}

/// Processor and memory as `NodeResourcesFit` scores them.
#[must_use]
pub fn scored_requests(pod: &Pod) -> Resources {
    let defaults = [(CPU, SCORED_CPU), (MEMORY, SCORED_MEMORY)].into_iter().collect();
    requests_with(pod, &defaults)
}

/// The most that the pod may use at one time, of what its containers limit.
#[must_use]
pub fn limits(pod: &Pod) -> Resources {
    let mut total = containers(pod, |it| it.limits.clone());
    // Overhead counts only where there is a limit.
    let limited = pod.overhead.iter().filter(|(name, _)| total.get(name) > 0);
    let overhead: Resources = limited.map(|(name, amount)| (name.clone(), amount)).collect();
    total.add(&overhead);
    total
}

fn requests_with(pod: &Pod, defaults: &Resources) -> Resources {
    let mut total = containers(pod, |it| with_defaults(it, defaults));
    for (name, amount) in pod.requests.iter().filter(|(name, _)| is_pod_level(name)) {
        total.set(name.clone(), amount);
    }
    total.add(&pod.overhead);
    total
}

/// Sidecars start one by one and stay; other init containers run alone beside those.
fn containers(pod: &Pod, needed: impl Fn(&Container) -> Resources) -> Resources {
    let mut running = Resources::default();
    for container in &pod.containers {
        running.add(&needed(container));
    }
    let (mut sidecars, mut starting) = (Resources::default(), Resources::default());
    for container in &pod.init_containers {
        let mut needed = needed(container);
        if container.is_sidecar {
            running.add(&needed);
            sidecars.add(&needed);
            starting.raise_to(&sidecars);
        } else {
            needed.add(&sidecars);
            starting.raise_to(&needed);
        }
    }
    running.raise_to(&starting);
    running
}

fn with_defaults(container: &Container, defaults: &Resources) -> Resources {
    let mut requests = container.requests.clone();
    for (name, amount) in defaults.iter().filter(|(name, _)| !container.requests.names(name)) {
        requests.set(name.clone(), amount);
    }
    requests
}

fn is_pod_level(name: &str) -> bool {
    name == CPU || name == MEMORY || name.starts_with("hugepages-")
}
