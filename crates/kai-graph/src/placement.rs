//! Where pods may run: Kubernetes' own scheduling terms, unabridged.

use kai_core::{Known, Node, OriginId, SmolStr};

use crate::{Labels, Selector};

#[derive(Debug, Clone, Default)]
pub struct Placement {
    pub node_selector: Labels,
    /// Where the node selector stands, if there is one.
    pub node_selector_at: Option<OriginId>,
    /// `affinity.nodeAffinity` as written.
    pub node_affinity: Option<Node>,
    pub affinity: Vec<AffinityTerm>,
    pub spread: Vec<SpreadConstraint>,
    pub tolerations: Vec<Toleration>,
    /// The machine a pod is bound to by name.
    pub machine: Option<SmolStr>,
}

/// One term of `podAffinity` or `podAntiAffinity`.
#[derive(Debug, Clone)]
pub struct AffinityTerm {
    pub is_anti: bool,
    /// False for a preference.
    pub is_required: bool,
    /// 1 to 100, for preferences.
    pub weight: i64,
    pub topology_key: SmolStr,
    /// None matches no pod.
    pub selector: Option<Selector>,
    pub namespaces: Vec<SmolStr>,
    pub has_namespace_selector: bool,
    pub match_label_keys: Vec<SmolStr>,
    pub origin: OriginId,
}

#[derive(Debug, Clone)]
pub struct SpreadConstraint {
    pub topology_key: SmolStr,
    pub max_skew: Known<u32>,
    pub min_domains: Known<u32>,
    pub when_unsatisfiable: WhenUnsatisfiable,
    /// None matches no pod.
    pub selector: Option<Selector>,
    pub match_label_keys: Vec<SmolStr>,
    pub origin: OriginId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenUnsatisfiable {
    DoNotSchedule,
    ScheduleAnyway,
}

#[derive(Debug, Clone)]
pub struct Toleration {
    /// Empty tolerates every key.
    pub key: SmolStr,
    /// `Equal` or `Exists`.
    pub operator: SmolStr,
    pub value: SmolStr,
    /// Empty tolerates every effect.
    pub effect: SmolStr,
    /// Seconds; unknown (not declared) means for ever.
    pub seconds: Known<u32>,
    pub origin: OriginId,
}
