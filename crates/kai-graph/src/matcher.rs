//! Matchers of labels, as PromQL and Alertmanager have them.

use kai_core::SmolStr;
use regex::Regex;

use crate::Labels;

/// One condition on a label. A label that is not there counts as empty.
#[derive(Debug, Clone)]
pub struct Matcher {
    pub label: SmolStr,
    pub operator: MatchOperator,
    pub value: SmolStr,
    /// Anchored at both ends; none where the text is no regular expression.
    pattern: Option<Regex>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatchOperator {
    Equal,
    NotEqual,
    Regex,
    NotRegex,
}

/// What is known of the labels of an alert.
#[derive(Debug, Clone, Default)]
pub struct LabelSet {
    /// Sorted by key.
    pub known: Labels,
    /// True where the alert may have more labels than these.
    pub is_open: bool,
    /// Labels that it does not have even so; sorted.
    pub without: Vec<SmolStr>,
}

impl Matcher {
    #[must_use]
    pub fn new(
        label: impl Into<SmolStr>,
        operator: MatchOperator,
        value: impl Into<SmolStr>,
    ) -> Self {
        let value = value.into();
        let is_regex = matches!(operator, MatchOperator::Regex | MatchOperator::NotRegex);
        let pattern = is_regex.then(|| Regex::new(&format!("^(?:{value})$")).ok()).flatten();
        Self { label: label.into(), operator, value, pattern }
    }

    /// True where both say the same of the same label.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        (&self.label, self.operator, &self.value) == (&other.label, other.operator, &other.value)
    }

    /// Whether the value satisfies it; none where the expression cannot be read.
    #[must_use]
    pub fn matches(&self, value: &str) -> Option<bool> {
        match self.operator {
            MatchOperator::Equal => Some(self.value == value),
            MatchOperator::NotEqual => Some(self.value != value),
            MatchOperator::Regex => self.pattern.as_ref().map(|it| it.is_match(value)),
            MatchOperator::NotRegex => self.pattern.as_ref().map(|it| !it.is_match(value)),
        }
    }

    /// Whether an alert with these labels satisfies it; none where that cannot be told.
    #[must_use]
    pub fn admits(&self, labels: &LabelSet) -> Option<bool> {
        match labels.get(&self.label) {
            Some(value) => self.matches(value),
            None if labels.is_open && labels.without.binary_search(&self.label).is_err() => None,
            None => self.matches(""),
        }
    }
}

impl LabelSet {
    /// Exactly these labels.
    #[must_use]
    pub fn closed(mut known: Labels) -> Self {
        known.sort_unstable();
        Self { known, is_open: false, without: Vec::new() }
    }

    /// These labels and perhaps more.
    #[must_use]
    pub fn open(known: Labels) -> Self {
        Self { is_open: true, ..Self::closed(known) }
    }

    /// The same without these labels, unless they are known; they must be sorted.
    #[must_use]
    pub fn without(self, labels: &[SmolStr]) -> Self {
        let without = labels.iter().filter(|it| self.get(it).is_none()).cloned().collect();
        Self { without, ..self }
    }

    #[must_use]
    pub fn get(&self, label: &str) -> Option<&str> {
        let at = self.known.binary_search_by(|(it, _)| it.as_str().cmp(label)).ok()?;
        Some(self.known[at].1.as_str())
    }
}
