//! Labels, and conditions on them.

use std::collections::BTreeMap;
use std::sync::Arc;

use smol_str::SmolStr;

/// Labels by key.
pub type Labels = BTreeMap<SmolStr, SmolStr>;

/// Conditions that all have to hold; without any, everything is selected. Where the API lets a
/// selector be absent, absent selects nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Selector {
    pub requirements: Arc<[Requirement]>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Requirement {
    pub key: SmolStr,
    pub operator: Operator,
    pub values: Vec<SmolStr>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
    /// Only node selectors know these two.
    Gt,
    Lt,
}

impl Selector {
    #[must_use]
    pub fn of_labels(labels: &Labels) -> Self {
        Self { requirements: labels.iter().map(|(k, v)| Requirement::equals(k, v)).collect() }
    }

    #[must_use]
    pub fn matches(&self, labels: &Labels) -> bool {
        self.requirements.iter().all(|it| it.matches(labels))
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }
}

impl Requirement {
    #[must_use]
    pub fn equals(key: &SmolStr, value: &SmolStr) -> Self {
        Self { key: key.clone(), operator: Operator::In, values: vec![value.clone()] }
    }

    /// False also where the requirement itself is malformed, as an API that does not validate
    /// would treat it.
    #[must_use]
    pub fn matches(&self, labels: &Labels) -> bool {
        let value = labels.get(&self.key);
        match self.operator {
            Operator::In => value.is_some_and(|it| self.values.contains(it)),
            Operator::NotIn => {
                !self.values.is_empty() && value.is_none_or(|it| !self.values.contains(it))
            }
            Operator::Exists => self.values.is_empty() && value.is_some(),
            Operator::DoesNotExist => self.values.is_empty() && value.is_none(),
            Operator::Gt => self.compares(value, |value, bound| value > bound),
            Operator::Lt => self.compares(value, |value, bound| value < bound),
        }
    }

    fn compares(&self, value: Option<&SmolStr>, holds: fn(i64, i64) -> bool) -> bool {
        let [bound] = self.values.as_slice() else { return false };
        let number = |text: &SmolStr| text.parse::<i64>().ok();
        value.and_then(number).zip(number(bound)).is_some_and(|(value, bound)| holds(value, bound))
    }
}
