//! Processor and memory used alike (plugins/noderesources/balanced_allocation.go, v1.34.1).

use crate::model::{CPU, MEMORY, Pod, requests};
use crate::scheduler::normalize::BEST;
use crate::scheduler::{Host, Snapshot};

/// Nothing for pods that ask for neither, of which a node would else attract more and more.
#[expect(clippy::cast_precision_loss, reason = "the scheduler divides doubles")]
#[expect(clippy::cast_possible_truncation, reason = "the score is between 0 and 100")]
pub(in crate::scheduler) fn scores(
    _: &Snapshot<'_>,
    pod: &Pod,
    hosts: &[&Host<'_>],
) -> Option<Vec<i64>> {
    let requests = requests(pod);
    let (cpu, memory) = (requests.get(CPU), requests.get(MEMORY));
    if cpu == 0 && memory == 0 {
        return None;
    }
    let share = |requested: i64, capacity: i64| {
        (capacity != 0).then(|| (requested as f64 / capacity as f64).min(1.0))
    };
    let score = |host: &&Host<'_>| {
        let allocatable = &host.node.allocatable;
        let shares = (
            share(host.requested.get(CPU).saturating_add(cpu), allocatable.get(CPU)),
            share(host.requested.get(MEMORY).saturating_add(memory), allocatable.get(MEMORY)),
        );
        // Of two values, half of their difference is the standard deviation.
        let deviation = match shares {
            (Some(cpu), Some(memory)) => ((cpu - memory) / 2.0).abs(),
            _ => 0.0,
        };
        ((1.0 - deviation) * BEST as f64) as i64
    };
    Some(hosts.iter().map(score).collect())
}
