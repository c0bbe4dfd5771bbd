//! Constraints that must hold (filtering.go).

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::constraint::{Constraint, constraints, has_keys};
use crate::model::Pod;
use crate::scheduler::{Host, Plugin, Rejection, Snapshot};

const REASON: &str = "node(s) didn't match pod topology spread constraints";
const NO_LABEL: &str =
    "node(s) didn't match pod topology spread constraints (missing required label)";

#[derive(Debug, Clone)]
pub(in crate::scheduler) struct PodTopologySpread<'a> {
    pod: &'a Pod,
    constraints: Vec<Constraint<'a>>,
    /// Selected pods by domain, for each constraint.
    counts: Vec<BTreeMap<SmolStr, i64>>,
}

impl<'a> PodTopologySpread<'a> {
    pub(in crate::scheduler) fn new(snapshot: &Snapshot<'a>, pod: &'a Pod) -> Option<Self> {
        let constraints = constraints(pod, true);
        if constraints.is_empty() {
            return None;
        }
        let mut counts = vec![BTreeMap::new(); constraints.len()];
        for host in snapshot.hosts.iter().filter(|it| has_keys(it, &constraints)) {
            for (constraint, counts) in constraints.iter().zip(&mut counts) {
                let Some(domain) = host.label(constraint.key()) else { continue };
                if constraint.includes(host, pod) {
                    *counts.entry(domain.clone()).or_default() += constraint.count_on(host, pod);
                }
            }
        }
        Some(Self { pod, constraints, counts })
    }

    pub(in crate::scheduler) fn check(&self, host: &Host<'_>) -> Result<(), Rejection> {
        for (constraint, counts) in self.constraints.iter().zip(&self.counts) {
            let Some(domain) = host.label(constraint.key()) else {
                return Err(Rejection::unresolvable(Plugin::PodTopologySpread, NO_LABEL));
            };
            let itself = i64::from(constraint.selects(self.pod));
            let there = counts.get(domain).copied().unwrap_or(0);
            if there + itself - least(constraint, counts) > constraint.written.max_skew {
                return Err(Rejection::unschedulable(Plugin::PodTopologySpread, REASON));
            }
        }
        Ok(())
    }

    /// Unlike the first count, this one counts pods that go and lets an empty selector select
    /// everything, so that preemption can lower what was never raised.
    pub(in crate::scheduler) fn count(&mut self, other: &Pod, host: &Host<'_>, count: i64) {
        if other.namespace != self.pod.namespace || !has_keys(host, &self.constraints) {
            return;
        }
        for (constraint, counts) in self.constraints.iter().zip(&mut self.counts) {
            let Some(domain) = host.label(constraint.key()) else { continue };
            if constraint.selects(other) && constraint.includes(host, self.pod) {
                *counts.entry(domain.clone()).or_default() += count;
            }
        }
    }
}

/// The fewest pods that any domain has; 0 where there are fewer domains than there must be.
fn least(constraint: &Constraint<'_>, counts: &BTreeMap<SmolStr, i64>) -> i64 {
    if (counts.len() as i64) < constraint.written.min_domains.unwrap_or(1) {
        return 0;
    }
    counts.values().copied().min().unwrap_or(0)
}
