//! Constraints that should hold (scoring.go).

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::constraint::{Constraint, constraints, has_keys};
use super::defaults::defaults;
use crate::model::{Node, Pod};
use crate::scheduler::normalize::BEST;
use crate::scheduler::{Host, Snapshot};

/// The fewer selected pods in the node's domains, the better.
pub(in crate::scheduler) fn scores(
    snapshot: &Snapshot<'_>,
    pod: &Pod,
    hosts: &[&Host<'_>],
) -> Option<Vec<i64>> {
    // A node without zone is still a host: the defaults do not need all labels.
    let needs_keys = !pod.spread.is_empty();
    let constraints =
        if needs_keys { constraints(pod, false) } else { defaults(snapshot.cluster, pod) };
    if constraints.is_empty() {
        return None;
    }
    let is_scored = |host: &Host<'_>| !needs_keys || has_keys(host, &constraints);
    let scored: Vec<&Host<'_>> = hosts.iter().copied().filter(|it| is_scored(it)).collect();
    let all: Vec<&Host<'_>> = snapshot.hosts.iter().filter(|it| is_scored(it)).collect();
    let domains: Vec<Domains> =
        constraints.iter().map(|it| Domains::new(it, pod, &scored, &all)).collect();
    let raw = |host: &&Host<'_>| {
        is_scored(host).then(|| {
            let terms = constraints.iter().zip(&domains);
            let score: f64 =
                terms.filter_map(|(constraint, it)| it.score(constraint, host, pod)).sum();
            round(score)
        })
    };
    Some(normalized(&hosts.iter().map(raw).collect::<Vec<_>>()))
}

/// The domains of one constraint that nodes which fit are in.
struct Domains {
    /// Selected pods; empty for hosts, which are counted one by one.
    counts: BTreeMap<SmolStr, i64>,
    /// Makes constraints with many and with few domains comparable.
    weight: f64,
}

impl Domains {
    #[expect(clippy::cast_precision_loss, reason = "a number of nodes")]
    fn new(
        constraint: &Constraint<'_>,
        pod: &Pod,
        scored: &[&Host<'_>],
        all: &[&Host<'_>],
    ) -> Self {
        let mut counts = BTreeMap::new();
        let mut count = scored.len();
        if constraint.key() != Node::HOSTNAME {
            counts.extend(scored.iter().map(|it| (domain(it, constraint), 0)));
            for host in all.iter().filter(|it| constraint.includes(it, pod)) {
                if let Some(there) = counts.get_mut(&domain(host, constraint)) {
                    *there += constraint.count_on(host, pod);
                }
            }
            count = counts.len();
        }
        Self { counts, weight: ((count + 2) as f64).ln() }
    }

    #[expect(clippy::cast_precision_loss, reason = "a number of pods")]
    fn score(&self, constraint: &Constraint<'_>, host: &Host<'_>, pod: &Pod) -> Option<f64> {
        let domain = host.label(constraint.key())?;
        let count = if constraint.key() == Node::HOSTNAME {
            constraint.count_on(host, pod)
        } else {
            self.counts.get(domain).copied().unwrap_or(0)
        };
        Some(count as f64 * self.weight + (constraint.written.max_skew - 1) as f64)
    }
}

/// Nodes without the label are one domain.
fn domain(host: &Host<'_>, constraint: &Constraint<'_>) -> SmolStr {
    host.label(constraint.key()).cloned().unwrap_or_default()
}

#[expect(clippy::cast_possible_truncation, reason = "as many as pods times a small number")]
fn round(score: f64) -> i64 {
    score.round() as i64
}

/// A node that is not scored gets 0.
fn normalized(raw: &[Option<i64>]) -> Vec<i64> {
    let least = raw.iter().flatten().min().copied().unwrap_or(0);
    let most = raw.iter().flatten().max().copied().unwrap_or(0);
    let normalize = |score: &Option<i64>| match score {
        None => 0,
        Some(_) if most == 0 => BEST,
        Some(score) => BEST * (most + least - score) / most,
    };
    raw.iter().map(normalize).collect()
}
