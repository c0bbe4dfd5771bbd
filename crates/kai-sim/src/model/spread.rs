//! How pods are spread over domains.

use smol_str::SmolStr;

use super::Selector;

/// One of a pod's topology spread constraints.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SpreadConstraint {
    pub max_skew: i64,
    pub topology_key: SmolStr,
    /// `DoNotSchedule`; the other kind only prefers.
    pub is_required: bool,
    /// Nothing selects no pod.
    pub selector: Option<Selector>,
    /// Labels of the pod itself that are added to the selector.
    pub match_label_keys: Vec<SmolStr>,
    pub min_domains: Option<i64>,
    /// Whether only nodes count that the pod's node affinity selects.
    pub honours_affinity: bool,
    /// Whether only nodes count whose taints the pod tolerates.
    pub honours_taints: bool,
}
