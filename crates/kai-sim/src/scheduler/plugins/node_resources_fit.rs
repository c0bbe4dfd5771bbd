//! Room for what the pod asks for (plugins/noderesources/fit.go and `least_allocated.go`, v1.34.1).

use smol_str::{SmolStr, format_smolstr};

use crate::model::{
    CPU, EPHEMERAL_STORAGE, MEMORY, PODS, Pod, Resources, requests, scored_requests,
};
use crate::scheduler::normalize::BEST;
use crate::scheduler::{Code, Host, Plugin, Rejection, Snapshot};

#[derive(Debug, Clone)]
pub(in crate::scheduler) struct NodeResourcesFit {
    requests: Resources,
}

impl NodeResourcesFit {
    pub(in crate::scheduler) fn new(pod: &Pod) -> Self {
        Self { requests: requests(pod) }
    }

    /// Every shortage is a reason; one that an empty node would have too is final.
    pub(in crate::scheduler) fn check(&self, host: &Host<'_>) -> Result<(), Rejection> {
        let allocatable = &host.node.allocatable;
        let mut reasons: Vec<SmolStr> = Vec::new();
        let mut code = Code::Unschedulable;
        if host.pods.len() as i64 + 1 > allocatable.get(PODS) {
            reasons.push(SmolStr::new_static("Too many pods"));
        }
        for (name, amount) in self.requests.iter().filter(|(name, _)| is_counted(name)) {
            if amount > 0 && amount > allocatable.get(name).saturating_sub(host.requested.get(name))
            {
                reasons.push(format_smolstr!("Insufficient {name}"));
                if amount > allocatable.get(name) {
                    code = Code::UnschedulableAndUnresolvable;
                }
            }
        }
        if reasons.is_empty() {
            return Ok(());
        }
        Err(Rejection { plugin: Plugin::NodeResourcesFit, code, reasons })
    }
}

fn is_counted(name: &str) -> bool {
    matches!(name, CPU | MEMORY | EPHEMERAL_STORAGE) || Resources::is_scalar(name)
}

/// The more is free once the pod is there, the better: the mean of processor and memory.
pub(in crate::scheduler) fn scores(
    _: &Snapshot<'_>,
    pod: &Pod,
    hosts: &[&Host<'_>],
) -> Option<Vec<i64>> {
    let scored = scored_requests(pod);
    let (cpu, memory) = (scored.get(CPU), scored.get(MEMORY));
    let score = |host: &&Host<'_>| {
        let allocatable = &host.node.allocatable;
        let free = [
            free(host.scored.0.saturating_add(cpu), allocatable.get(CPU)),
            free(host.scored.1.saturating_add(memory), allocatable.get(MEMORY)),
        ];
        let known: Vec<i64> = free.into_iter().flatten().collect();
        known.iter().sum::<i64>().checked_div(known.len() as i64).unwrap_or(0)
    };
    Some(hosts.iter().map(score).collect())
}

/// Hundredths that are free; nothing where the node has none of it.
fn free(requested: i64, capacity: i64) -> Option<i64> {
    let free = capacity.saturating_sub(requested).max(0);
    (capacity != 0).then(|| free.saturating_mul(BEST) / capacity)
}
