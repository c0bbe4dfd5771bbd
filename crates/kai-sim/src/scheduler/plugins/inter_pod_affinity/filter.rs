//! Terms that must hold (filtering.go).

use super::domains::Domains;
use crate::model::{AffinityTerm, Cluster, Pod};
use crate::scheduler::{Host, Plugin, Rejection, Snapshot};

const AFFINITY: &str = "node(s) didn't match pod affinity rules";
const ANTI_AFFINITY: &str = "node(s) didn't match pod anti-affinity rules";
const ANTI_AFFINITY_OF_OTHERS: &str = "node(s) didn't satisfy existing pods anti-affinity rules";

#[derive(Debug, Clone)]
pub(in crate::scheduler) struct InterPodAffinity<'a> {
    cluster: &'a Cluster,
    pod: &'a Pod,
    /// Pods that the pod wants to be near to.
    near: Domains,
    /// Pods that it must be away from.
    away: Domains,
    /// Pods that must be away from it.
    others: Domains,
}

impl<'a> InterPodAffinity<'a> {
    pub(in crate::scheduler) fn new(snapshot: &Snapshot<'a>, pod: &'a Pod) -> Option<Self> {
        let mut affinity = Self {
            cluster: snapshot.cluster,
            pod,
            near: Domains::default(),
            away: Domains::default(),
            others: Domains::default(),
        };
        for host in &snapshot.hosts {
            for other in &host.pods {
                affinity.count(other, host, 1);
            }
        }
        let is_asked = !pod.affinity.required.is_empty()
            || !pod.anti_affinity.required.is_empty()
            || !affinity.others.are_all_zero();
        is_asked.then_some(affinity)
    }

    pub(in crate::scheduler) fn count(&mut self, other: &Pod, host: &Host<'_>, count: i64) {
        for term in &other.anti_affinity.required {
            if self.matches(term, self.pod) {
                self.others.add(host, &term.topology_key, count);
            }
        }
        if self.is_wanted(other) {
            for term in &self.pod.affinity.required {
                self.near.add(host, &term.topology_key, count);
            }
        }
        for term in &self.pod.anti_affinity.required {
            if self.matches(term, other) {
                self.away.add(host, &term.topology_key, count);
            }
        }
    }

    pub(in crate::scheduler) fn check(&self, host: &Host<'_>) -> Result<(), Rejection> {
        if !self.is_near(host) {
            return Err(Rejection::unresolvable(Plugin::InterPodAffinity, AFFINITY));
        }
        let mut away = self.pod.anti_affinity.required.iter();
        if away.any(|it| self.away.get(host, &it.topology_key).is_some_and(|count| count > 0)) {
            return Err(Rejection::unschedulable(Plugin::InterPodAffinity, ANTI_AFFINITY));
        }
        if self.others.of(host).any(|count| count > 0) {
            return Err(Rejection::unschedulable(
                Plugin::InterPodAffinity,
                ANTI_AFFINITY_OF_OTHERS,
            ));
        }
        Ok(())
    }

    /// The first of pods that want to be near to each other may be on any node with the labels.
    fn is_near(&self, host: &Host<'_>) -> bool {
        let terms = &self.pod.affinity.required;
        let counts: Option<Vec<i64>> =
            terms.iter().map(|it| self.near.get(host, &it.topology_key)).collect();
        let Some(counts) = counts else { return false };
        counts.iter().all(|&it| it > 0) || (self.near.are_all_zero() && self.is_wanted(self.pod))
    }

    /// Whether the pod wants to be near to another: only to one that meets every term.
    fn is_wanted(&self, other: &Pod) -> bool {
        let terms = &self.pod.affinity.required;
        !terms.is_empty() && terms.iter().all(|it| self.matches(it, other))
    }

    fn matches(&self, term: &AffinityTerm, pod: &Pod) -> bool {
        term.matches(pod, self.cluster.namespace_labels(&pod.namespace))
    }
}
