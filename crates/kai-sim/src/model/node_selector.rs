//! Conditions on nodes.

use smol_str::SmolStr;

use super::{Labels, Operator, Requirement};

/// Alternatives; without any, no node is selected.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeSelector {
    pub terms: Vec<NodeSelectorTerm>,
}

/// Conditions that all have to hold; without any, the term selects no node.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeSelectorTerm {
    pub expressions: Vec<Requirement>,
    /// On `metadata.name`, the one field that there is.
    pub fields: Vec<Requirement>,
}

impl NodeSelector {
    /// Whether a node with these labels is selected. A term that does not parse is passed over.
    #[must_use]
    pub fn matches(&self, labels: &Labels, name: Option<&SmolStr>) -> bool {
        self.terms.iter().any(|it| it.matches(labels, name))
    }
}

impl NodeSelectorTerm {
    /// Without a name, conditions on it are not looked at: that is how the node affinity of a
    /// volume is checked.
    #[must_use]
    pub fn matches(&self, labels: &Labels, name: Option<&SmolStr>) -> bool {
        !self.is_empty()
            && self.fields.iter().all(is_valid_field)
            && self.expressions.iter().all(|it| it.matches(labels))
            && name.is_none_or(|name| self.fields.iter().all(|it| selects_name(it, name)))
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.expressions.is_empty() && self.fields.is_empty()
    }
}

/// k8s.io/component-helpers v0.34.1, scheduling/corev1/nodeaffinity: one value, In or `NotIn`.
fn is_valid_field(field: &Requirement) -> bool {
    matches!(field.operator, Operator::In | Operator::NotIn) && field.values.len() == 1
}

fn selects_name(field: &Requirement, name: &SmolStr) -> bool {
    let is_named = field.key == "metadata.name" && field.values.contains(name);
    is_named == (field.operator == Operator::In)
}
