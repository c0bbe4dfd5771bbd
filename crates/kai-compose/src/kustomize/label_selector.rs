//! Label selectors in the notation of `kubectl get --selector`.

use kai_core::{Node, SmolStr};

/// Conditions that all have to hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LabelSelector {
    requirements: Vec<Requirement>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Requirement {
    key: SmolStr,
    condition: Condition,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Condition {
    Exists,
    Absent,
    In(Vec<SmolStr>),
    NotIn(Vec<SmolStr>),
    Greater(i64),
    Less(i64),
}

impl LabelSelector {
    /// Reads `app=web,tier in (front, edge),!legacy`.
    ///
    /// # Errors
    /// It is written in another way.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let parts = split_outside_parentheses(text);
        if parts.iter().all(|it| it.trim().is_empty()) && parts.len() == 1 {
            return Ok(Self::default());
        }
        let requirements = parts.into_iter().map(|it| Requirement::parse(it.trim()));
        let requirements = requirements.collect::<Option<Vec<_>>>();
        match requirements {
            Some(requirements) => Ok(Self { requirements }),
            None => Err(format!("`{text}` is no valid label selector")),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }

    /// True when the mapping of this name in the object's metadata meets every condition.
    pub(crate) fn matches(&self, object: &Node, marks: &str) -> bool {
        self.requirements.iter().all(|requirement| {
            let value = object.at(&["metadata", marks, &requirement.key]);
            let value = value.map(|it| it.text().unwrap_or_default());
            requirement.condition.holds(value)
        })
    }
}

impl Requirement {
    fn parse(text: &str) -> Option<Self> {
        if let Some(key) = text.strip_prefix('!') {
            return Self::new(key, Condition::Absent);
        }
        for (sign, positive) in [("!=", false), ("==", true), ("=", true)] {
            if let Some((key, value)) = text.split_once(sign) {
                let values = vec![SmolStr::from(value.trim())];
                let condition =
                    if positive { Condition::In(values) } else { Condition::NotIn(values) };
                return Self::new(key, condition);
            }
        }
        if let Some((key, number)) = text.split_once('>') {
            return Self::new(key, Condition::Greater(number.trim().parse().ok()?));
        }
        if let Some((key, number)) = text.split_once('<') {
            return Self::new(key, Condition::Less(number.trim().parse().ok()?));
        }
        match text.split_once('(') {
            None => Self::new(text, Condition::Exists),
            Some((head, values)) => {
                let values = values.strip_suffix(')')?.split(',');
                let values = values.map(|it| SmolStr::from(it.trim())).collect();
                let (key, word) = head.trim().rsplit_once(char::is_whitespace)?;
                match word {
                    "in" => Self::new(key, Condition::In(values)),
                    "notin" => Self::new(key, Condition::NotIn(values)),
                    _ => None,
                }
            }
        }
    }

    fn new(key: &str, condition: Condition) -> Option<Self> {
        let key = key.trim();
        let is_key = !key.is_empty() && !key.contains(|it: char| it.is_whitespace() || it == '(');
        is_key.then(|| Self { key: key.into(), condition })
    }
}

impl Condition {
    fn holds(&self, value: Option<&str>) -> bool {
        match self {
            Self::Exists => value.is_some(),
            Self::Absent => value.is_none(),
            Self::In(values) => value.is_some_and(|it| values.iter().any(|one| one == it)),
            Self::NotIn(values) => value.is_none_or(|it| values.iter().all(|one| one != it)),
            Self::Greater(bound) => {
                value.and_then(|it| it.parse::<i64>().ok()).is_some_and(|it| it > *bound)
            }
            Self::Less(bound) => {
                value.and_then(|it| it.parse::<i64>().ok()).is_some_and(|it| it < *bound)
            }
        }
    }
}

fn split_outside_parentheses(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0_u32);
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}
