//! Everything that a word of a question can name.

use std::collections::{BTreeMap, BTreeSet};

use kai_core::ComponentId;
use kai_graph::Facts;

use crate::case::Case;

/// Something that has a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// As it was said.
    pub(crate) said: String,
    /// Components of that name, through every root.
    pub(crate) components: Vec<ComponentId>,
    /// Alert rules of that name: who holds them, and their place in it.
    pub(crate) alerts: Vec<(ComponentId, usize)>,
    /// How the name is written, where what was said is only near it.
    pub(crate) is_near: bool,
    /// The place of its first word in the question.
    pub(crate) at: usize,
    /// How many words of the question it takes.
    pub(crate) length: usize,
}

/// Names in lower case.
#[derive(Debug, Default)]
pub(crate) struct Names {
    components: BTreeMap<String, Vec<ComponentId>>,
    alerts: BTreeMap<String, Vec<(ComponentId, usize)>>,
    /// `deployment`, `statefulset`: the kinds of what is named.
    kinds: BTreeSet<String>,
}

impl Names {
    pub(crate) fn of(case: Case<'_>) -> Self {
        let mut names = Self::default();
        for component in case.system().components() {
            let name = component.name.to_lowercase();
            let kind = component.native_kind.to_lowercase();
            let mut add = |key: String| names.components.entry(key).or_default().push(component.id);
            add(format!("{kind}/{name}"));
            if !component.namespace.is_empty() {
                add(format!("{}/{name}", component.namespace.to_lowercase()));
            }
            add(name);
            names.kinds.insert(kind);
            if let Facts::AlertRules(rules) = &component.facts {
                for (index, alert) in rules.alerts.iter().enumerate() {
                    let key = alert.name.to_lowercase();
                    names.alerts.entry(key).or_default().push((component.id, index));
                }
            }
        }
        names
    }

    /// What has exactly this name.
    pub(crate) fn exact(&self, word: &str, said: &str, at: usize) -> Option<Target> {
        let components = self.components.get(word).cloned().unwrap_or_default();
        let alerts = self.alerts.get(word).cloned().unwrap_or_default();
        let is_known = !components.is_empty() || !alerts.is_empty();
        is_known.then(|| Target {
            said: said.to_owned(),
            components,
            alerts,
            is_near: false,
            at,
            length: 1,
        })
    }

    /// True for the kind of something, in any number.
    pub(crate) fn is_kind(&self, word: &str) -> bool {
        self.kinds.contains(word) || self.kinds.contains(word.trim_end_matches('s'))
    }

    /// Every alert rule, by name.
    pub(crate) fn all_alerts(&self) -> Vec<(ComponentId, usize)> {
        self.alerts.values().flatten().copied().collect()
    }

    /// Names that are near to a word: with it in them, else a slip of the hand away.
    pub(crate) fn near(&self, word: &str) -> Vec<&str> {
        let all = || self.components.keys().chain(self.alerts.keys()).map(String::as_str);
        let has_part = |it: &&str| {
            let mut parts = it.split(['-', '.', '_', '/']);
            !it.contains('/')
                && parts.any(|part| part == word || part == word.trim_end_matches('s'))
        };
        let mut near: Vec<&str> = all().filter(has_part).collect();
        if near.is_empty() && word.len() >= 4 {
            let slips = if word.len() >= 8 { 2 } else { 1 };
            let is_slip = |it: &&str| {
                let mut parts = it.split(['-', '.', '_']).filter(|part| part.len() >= 4);
                distance(it, word) <= slips || parts.any(|part| distance(part, word) == 1)
            };
            near = all().filter(|it| !it.contains('/')).filter(is_slip).collect();
        }
        if near.is_empty() && word.len() >= 4 {
            near = all().filter(|it| !it.contains('/') && it.contains(word)).collect();
        }
        near.sort_unstable();
        near.dedup();
        near
    }
}

/// How many letters are to be put in, taken out, replaced or swapped with the next one.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > 2 {
        return usize::MAX;
    }
    let mut rows = vec![(0..=other.len()).collect::<Vec<usize>>()];
    for i in 1..=one.len() {
        let mut row = vec![i];
        for j in 1..=other.len() {
            let differs = usize::from(one[i - 1] != other[j - 1]);
            let mut best =
                (rows[i - 1][j] + 1).min(row[j - 1] + 1).min(rows[i - 1][j - 1] + differs);
            if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}
