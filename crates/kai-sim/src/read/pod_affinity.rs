//! Affinity to pods.

use kai_core::Node as Written;

use super::Reader;
use super::pod::{PREFERRED, REQUIRED};
use super::selector::merge_label_keys;
use super::value::{items, text, texts};
use crate::model::{Affinity, AffinityTerm, Pod, Weighted};

impl Reader<'_> {
    pub(super) fn affinity(&mut self, value: Option<&Written>, pod: &Pod) -> Affinity {
        let Some(written) = value else { return Affinity::default() };
        let mut affinity = Affinity::default();
        for term in items(written.get(REQUIRED)) {
            affinity.required.push(self.affinity_term(term, pod));
        }
        for preference in items(written.get(PREFERRED)) {
            let Some(term) = preference.get("podAffinityTerm") else { continue };
            let weight = preference.get("weight").and_then(Written::as_int).unwrap_or(0);
            affinity.preferred.push(Weighted { weight, term: self.affinity_term(term, pod) });
        }
        affinity
    }

    /// Without namespaces and without a selector of them, the pod's own is meant.
    fn affinity_term(&mut self, term: &Written, pod: &Pod) -> AffinityTerm {
        let mut selector = self.selector(term.get("labelSelector"));
        merge_label_keys(&mut selector, term, &pod.labels);
        let mut namespaces = texts(term.get("namespaces"));
        let namespace_selector = self.selector(term.get("namespaceSelector"));
        if namespaces.is_empty() && namespace_selector.is_none() {
            namespaces.push(pod.namespace.clone());
        }
        let topology_key = text(term.get("topologyKey"));
        AffinityTerm { selector, namespaces, namespace_selector, topology_key }
    }
}
