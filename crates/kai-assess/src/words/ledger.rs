//! Which assumptions carry the ranking.

use std::collections::BTreeMap;

use crate::Assumption;
use crate::priors::Key;
use crate::register::{Group, Numbers};

/// Every prior that a shown finding rests on, the one with most findings first.
pub(crate) fn ledger(groups: &[Group<'_>], numbers: &Numbers) -> Vec<Assumption> {
    let mut counts: BTreeMap<Key, usize> = BTreeMap::new();
    for group in groups {
        for key in group.lead.risk.keys(numbers) {
            *counts.entry(key).or_default() += 1;
        }
    }
    let mut counted: Vec<_> = counts.into_iter().collect();
    // Stable, so that equal counts keep the order of the table.
    counted.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
    counted.into_iter().map(|(key, finding_count)| assumption(key, finding_count)).collect()
}

fn assumption(key: Key, finding_count: usize) -> Assumption {
    let prior = key.prior();
    Assumption {
        key: prior.key.to_string(),
        term: prior.term.to_string(),
        unit: prior.unit.to_string(),
        interval: prior.interval,
        citation: prior.citation(),
        finding_count,
    }
}
