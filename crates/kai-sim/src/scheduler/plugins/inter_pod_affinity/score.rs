//! Terms that should hold, the pod's own and those of others (scoring.go).

use super::domains::Domains;
use crate::model::{AffinityTerm, Pod, Weighted};
use crate::scheduler::normalize::BEST;
use crate::scheduler::{Host, Snapshot};

/// What it counts that another pod requires to be near to this one.
const REQUIRED_BY_OTHER: i64 = 1;

/// Nothing where no term speaks of any pod.
pub(in crate::scheduler) fn scores(
    snapshot: &Snapshot<'_>,
    pod: &Pod,
    hosts: &[&Host<'_>],
) -> Option<Vec<i64>> {
    let mut domains = Domains::default();
    for host in &snapshot.hosts {
        for other in &host.pods {
            add(&mut domains, snapshot, pod, other, host);
        }
    }
    if domains.is_untouched() {
        return None;
    }
    Some(normalized(&hosts.iter().map(|it| domains.of(it).sum()).collect::<Vec<i64>>()))
}

fn add(domains: &mut Domains, snapshot: &Snapshot<'_>, pod: &Pod, other: &Pod, host: &Host<'_>) {
    let cluster = snapshot.cluster;
    let (here, there) =
        (cluster.namespace_labels(&pod.namespace), cluster.namespace_labels(&other.namespace));
    let mut weigh = |terms: &[Weighted<AffinityTerm>], target: &Pod, labels, sign: i64| {
        for it in terms.iter().filter(|it| it.term.matches(target, labels)) {
            domains.add(host, &it.term.topology_key, sign * it.weight);
        }
    };
    weigh(&pod.affinity.preferred, other, there, 1);
    weigh(&pod.anti_affinity.preferred, other, there, -1);
    weigh(&other.affinity.preferred, pod, here, 1);
    weigh(&other.anti_affinity.preferred, pod, here, -1);
    for term in other.affinity.required.iter().filter(|it| it.matches(pod, here)) {
        domains.add(host, &term.topology_key, REQUIRED_BY_OTHER);
    }
}

/// From 0 for the least to 100 for the most; 0 for all where they are equal.
#[expect(clippy::cast_precision_loss, reason = "the scheduler divides doubles")]
#[expect(clippy::cast_possible_truncation, reason = "the score is between 0 and 100")]
fn normalized(raw: &[i64]) -> Vec<i64> {
    let least = raw.iter().min().copied().unwrap_or(0);
    let range = raw.iter().max().copied().unwrap_or(0) - least;
    let normalize = |score: &i64| {
        if range == 0 {
            return 0;
        }
        (BEST as f64 * ((score - least) as f64 / range as f64)) as i64
    };
    raw.iter().map(normalize).collect()
}
