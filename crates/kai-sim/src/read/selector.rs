//! Selectors of pods and of nodes.

use kai_core::Node as Written;
use smol_str::SmolStr;

use super::Reader;
use super::value::{items, labels, text, texts};
use crate::model::{NodeSelector, NodeSelectorTerm, Operator, Requirement, Selector};

impl Reader<'_> {
    /// A selector of labels; nothing where none is written. One that cannot be read selects
    /// nothing.
    pub(super) fn selector(&mut self, value: Option<&Written>) -> Option<Selector> {
        let written = value.filter(|it| it.as_map().is_some())?;
        let labels = labels(written.get("matchLabels"));
        let of_labels = labels.iter().map(|(key, value)| Requirement::equals(key, value));
        let mut requirements: Vec<Requirement> = of_labels.collect();
        for expression in items(written.get("matchExpressions")) {
            let requirement = requirement(expression);
            let is_label = |it: &Requirement| !matches!(it.operator, Operator::Gt | Operator::Lt);
            let Some(requirement) = requirement.filter(is_label) else {
                self.leave_out("a selector", "has an operator that there is not");
                return None;
            };
            requirements.push(requirement);
        }
        Some(Selector { requirements: requirements.into() })
    }

    /// The alternatives of a node selector; nothing where none is written.
    pub(super) fn node_selector(&mut self, value: Option<&Written>) -> Option<NodeSelector> {
        let terms = items(value?.get("nodeSelectorTerms"));
        Some(NodeSelector { terms: terms.iter().filter_map(|it| self.node_term(it)).collect() })
    }

    /// A term that cannot be read selects nothing, as in the scheduler.
    pub(super) fn node_term(&mut self, term: &Written) -> Option<NodeSelectorTerm> {
        let expressions = requirements(term.get("matchExpressions"));
        let fields = requirements(term.get("matchFields"));
        let Some((expressions, fields)) = expressions.zip(fields) else {
            self.leave_out("a node selector term", "has an operator that there is not");
            return None;
        };
        Some(NodeSelectorTerm { expressions, fields })
    }
}

/// Labels of the pod itself that a term adds to its selector, as the API server merges them.
pub(super) fn merge_label_keys(
    selector: &mut Option<Selector>,
    term: &Written,
    labels: &crate::model::Labels,
) {
    let Some(selector) = selector else { return };
    let mut merge = |list: &str, operator: Operator| {
        for key in texts(term.get(list)) {
            let Some(value) = labels.get(&key) else { continue };
            let values: Vec<SmolStr> = vec![value.clone()];
            let requirement = Requirement { key, operator, values };
            if !selector.requirements.contains(&requirement) {
                let known = selector.requirements.iter().cloned();
                selector.requirements = known.chain([requirement]).collect();
            }
        }
    };
    merge("matchLabelKeys", Operator::In);
    merge("mismatchLabelKeys", Operator::NotIn);
}

/// Nothing where an operator is not one.
pub(super) fn requirements(value: Option<&Written>) -> Option<Vec<Requirement>> {
    items(value).iter().map(requirement).collect()
}

fn requirement(written: &Written) -> Option<Requirement> {
    let operator = match written.str_at(&["operator"])? {
        "In" => Operator::In,
        "NotIn" => Operator::NotIn,
        "Exists" => Operator::Exists,
        "DoesNotExist" => Operator::DoesNotExist,
        "Gt" => Operator::Gt,
        "Lt" => Operator::Lt,
        _ => return None,
    };
    Some(Requirement {
        key: text(written.get("key")),
        operator,
        values: texts(written.get("values")),
    })
}
