//! Quotas of namespaces (pkg/quota/v1/evaluator/core/pods.go and the admission plugin beside it).
//!
//! A pod that a quota refuses is never there: its controller says so in an event, and nothing is
//! pending.

use smol_str::{SmolStr, format_smolstr};

use crate::model::{Cluster, Container, Key, Pod, Resources, limits, requests};

/// A quota as written.
#[derive(Debug, Clone)]
pub struct Quota {
    pub key: Key,
    pub hard: Resources,
    /// Pods that it counts; all where there are none.
    pub scopes: Vec<QuotaScope>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuotaScope {
    /// Pods whose containers ask for nothing.
    BestEffort,
    NotBestEffort,
}

/// Why a pod is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Excess {
    /// More than is left.
    Exceeded { quota: Key, resource: SmolStr, asked: i64, used: i64, hard: i64 },
    /// The quota counts something that a container does not say.
    Unsaid { quota: Key, resource: SmolStr, container: SmolStr },
}

/// Whether another pod is let in beside those that are there: every reason why it is not.
#[must_use]
pub fn admit(cluster: &Cluster, quotas: &[Quota], pod: &Pod) -> Vec<Excess> {
    let of_namespace = quotas.iter().filter(|it| it.key.namespace == pod.namespace);
    of_namespace.filter(|it| it.counts(pod)).flat_map(|it| it.excess(cluster, pod)).collect()
}

impl Quota {
    /// What counted pods of the namespace use now. Finished ones use nothing.
    #[must_use]
    pub fn used(&self, cluster: &Cluster) -> Resources {
        let mut used = Resources::default();
        let pods = cluster.pods.iter().filter(|it| it.namespace == self.key.namespace);
        for pod in pods.filter(|it| !it.is_finished() && self.counts(it)) {
            used.add(&usage(pod));
        }
        used
    }

    fn counts(&self, pod: &Pod) -> bool {
        let asks = |it: &Container| {
            it.requests.iter().chain(it.limits.iter()).any(|(_, amount)| amount > 0)
        };
        let is_best_effort = !pod.containers.iter().chain(&pod.init_containers).any(asks);
        self.scopes.iter().all(|it| (*it == QuotaScope::BestEffort) == is_best_effort)
    }

    fn excess(&self, cluster: &Cluster, pod: &Pod) -> Vec<Excess> {
        let (used, asked) = (self.used(cluster), usage(pod));
        let mut excess = Vec::new();
        for (resource, hard) in self.hard.iter() {
            if let Some(container) = silent(pod, resource) {
                let (resource, container) = (resource.clone(), container.name.clone());
                excess.push(Excess::Unsaid { quota: self.key.clone(), resource, container });
                continue;
            }
            let (asked, used) = (asked.get(resource), used.get(resource));
            if asked > 0 && used + asked > hard {
                let (quota, resource) = (self.key.clone(), resource.clone());
                excess.push(Excess::Exceeded { quota, resource, asked, used, hard });
            }
        }
        excess
    }
}

/// What a pod counts for, under every name that a quota may use.
fn usage(pod: &Pod) -> Resources {
    let mut usage: Resources = [("pods", 1), ("count/pods", 1)].into_iter().collect();
    for (name, amount) in requests(pod).iter() {
        usage.set(format_smolstr!("requests.{name}"), amount);
        if is_standard(name) || name.starts_with("hugepages-") {
            usage.set(name.clone(), amount);
        }
    }
    for (name, amount) in limits(pod).iter().filter(|(name, _)| is_standard(name)) {
        usage.set(format_smolstr!("limits.{name}"), amount);
    }
    usage
}

fn is_standard(name: &str) -> bool {
    matches!(name, "cpu" | "memory" | "ephemeral-storage")
}

/// The first container that does not say what a quota of processor or memory counts.
fn silent<'p>(pod: &'p Pod, resource: &str) -> Option<&'p Container> {
    let (of_limits, name) = match resource.split_once('.') {
        Some(("limits", name)) => (true, name),
        Some(("requests", name)) => (false, name),
        _ => (false, resource),
    };
    if !matches!(name, "cpu" | "memory") || pod.requests.names(name) {
        return None;
    }
    let says = |it: &Container| {
        if of_limits { it.limits.names(name) } else { it.requests.names(name) }
    };
    pod.containers.iter().chain(&pod.init_containers).find(|it| !says(it))
}
