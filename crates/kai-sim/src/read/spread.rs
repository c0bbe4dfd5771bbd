//! Topology spread constraints.

use kai_core::Node as Written;

use super::Reader;
use super::value::{items, text, texts};
use crate::model::SpreadConstraint;

impl Reader<'_> {
    pub(super) fn spread(&mut self, spec: &Written) -> Vec<SpreadConstraint> {
        let written = items(spec.get("topologySpreadConstraints"));
        written.iter().map(|it| self.constraint(it)).collect()
    }

    /// Affinity is honoured and taints are ignored unless it says otherwise.
    fn constraint(&mut self, written: &Written) -> SpreadConstraint {
        let number = |key: &str| written.get(key).and_then(Written::as_int);
        SpreadConstraint {
            max_skew: number("maxSkew").unwrap_or(1),
            topology_key: text(written.get("topologyKey")),
            is_required: written.str_at(&["whenUnsatisfiable"]) != Some("ScheduleAnyway"),
            selector: self.selector(written.get("labelSelector")),
            match_label_keys: texts(written.get("matchLabelKeys")),
            min_domains: number("minDomains"),
            honours_affinity: written.str_at(&["nodeAffinityPolicy"]) != Some("Ignore"),
            honours_taints: written.str_at(&["nodeTaintsPolicy"]) == Some("Honor"),
        }
    }
}
