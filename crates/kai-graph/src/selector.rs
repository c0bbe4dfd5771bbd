//! Label selectors.

use kai_core::{OriginId, SmolStr};

use crate::Labels;

/// A label selector. One without terms matches everything, as in Kubernetes.
#[derive(Debug, Clone)]
pub struct Selector {
    pub labels: Labels,
    pub expressions: Vec<Expression>,
    pub origin: OriginId,
}

#[derive(Debug, Clone)]
pub struct Expression {
    pub key: SmolStr,
    pub operator: Operator,
    pub values: Vec<SmolStr>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
}

impl Selector {
    /// True when the labels satisfy every term.
    #[must_use]
    pub fn matches(&self, labels: &Labels) -> bool {
        let value_of = |key: &str| {
            labels.binary_search_by(|(it, _)| it.as_str().cmp(key)).ok().map(|at| &labels[at].1)
        };
        let wanted = self.labels.iter().all(|(key, value)| value_of(key) == Some(value));
        wanted
            && self.expressions.iter().all(|it| {
                let value = value_of(&it.key);
                match it.operator {
                    Operator::In => value.is_some_and(|value| it.values.contains(value)),
                    Operator::NotIn => value.is_none_or(|value| !it.values.contains(value)),
                    Operator::Exists => value.is_some(),
                    Operator::DoesNotExist => value.is_none(),
                }
            })
    }

    /// True where a value that it asks for is not known: two that look alike may differ.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let values = self.expressions.iter().flat_map(|it| &it.values);
        self.labels.iter().map(|it| &it.1).chain(values).any(|it| it.contains('…'))
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.expressions.is_empty()
    }

    /// As `kubectl -l` takes it.
    #[must_use]
    pub fn to_text(&self) -> String {
        let labels = self.labels.iter().map(|(key, value)| format!("{key}={value}"));
        let expressions = self.expressions.iter().map(|it| match it.operator {
            Operator::In => format!("{} in ({})", it.key, it.values.join(",")),
            Operator::NotIn => format!("{} notin ({})", it.key, it.values.join(",")),
            Operator::Exists => it.key.to_string(),
            Operator::DoesNotExist => format!("!{}", it.key),
        });
        labels.chain(expressions).collect::<Vec<_>>().join(",")
    }
}
