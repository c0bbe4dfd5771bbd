//! Numbers by domain.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use crate::scheduler::Host;

/// A number for each label and value of it that nodes have.
#[derive(Debug, Clone, Default)]
pub(super) struct Domains(BTreeMap<SmolStr, BTreeMap<SmolStr, i64>>);

impl Domains {
    /// Nothing happens where the node does not have the label.
    pub(super) fn add(&mut self, host: &Host<'_>, key: &SmolStr, amount: i64) {
        let Some(value) = host.label(key) else { return };
        *self.0.entry(key.clone()).or_default().entry(value.clone()).or_default() += amount;
    }

    /// The number of the domain that a node is in; nothing where it does not have the label.
    pub(super) fn get(&self, host: &Host<'_>, key: &str) -> Option<i64> {
        let value = host.label(key)?;
        Some(self.0.get(key).and_then(|it| it.get(value)).copied().unwrap_or(0))
    }

    /// Every label and the number of the node's domain.
    pub(super) fn of<'d>(&'d self, host: &'d Host<'_>) -> impl Iterator<Item = i64> + 'd {
        self.0.keys().filter_map(|key| self.get(host, key))
    }

    /// True where nothing was ever added.
    pub(super) fn is_untouched(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn are_all_zero(&self) -> bool {
        self.0.values().flat_map(BTreeMap::values).all(|&it| it == 0)
    }
}
