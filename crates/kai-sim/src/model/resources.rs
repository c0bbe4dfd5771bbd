//! Amounts of what a node has and a pod asks for.

use std::collections::BTreeMap;

use smol_str::SmolStr;

pub const CPU: &str = "cpu";
pub const MEMORY: &str = "memory";
pub const EPHEMERAL_STORAGE: &str = "ephemeral-storage";
pub const PODS: &str = "pods";

/// Amounts by resource: thousandths of a core for [`CPU`], whole units for everything else.
///
/// A resource that is named with 0 differs from one that is not named: only the latter is given a
/// default when a node is scored.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Resources(BTreeMap<SmolStr, i64>);

impl Resources {
    /// 0 where the resource is not named.
    #[must_use]
    pub fn get(&self, name: &str) -> i64 {
        self.0.get(name).copied().unwrap_or(0)
    }

    #[must_use]
    pub fn names(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub fn set(&mut self, name: impl Into<SmolStr>, amount: i64) {
        self.0.insert(name.into(), amount);
    }

    pub fn iter(&self) -> impl Iterator<Item = (&SmolStr, i64)> {
        self.0.iter().map(|(name, &amount)| (name, amount))
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn add(&mut self, other: &Self) {
        for (name, amount) in other.iter() {
            let sum = self.0.entry(name.clone()).or_default();
            *sum = sum.saturating_add(amount);
        }
    }

    pub fn subtract(&mut self, other: &Self) {
        for (name, amount) in other.iter() {
            let rest = self.0.entry(name.clone()).or_default();
            *rest = rest.saturating_sub(amount);
        }
    }

    /// Raises every amount to that of the other, where it is larger.
    pub fn raise_to(&mut self, other: &Self) {
        for (name, amount) in other.iter() {
            let largest = self.0.entry(name.clone()).or_insert(amount);
            *largest = (*largest).max(amount);
        }
    }

    /// Extended resources, huge pages and attachable volumes: what is neither of the three above,
    /// but still counted on nodes (pkg/scheduler/util/utils.go, v1.34.1, `IsScalarResourceName`).
    #[must_use]
    pub fn is_scalar(name: &str) -> bool {
        name.contains('/')
            || name.starts_with("hugepages-")
            || name.starts_with("attachable-volumes-")
    }
}

impl<N: Into<SmolStr>> FromIterator<(N, i64)> for Resources {
    fn from_iter<I: IntoIterator<Item = (N, i64)>>(amounts: I) -> Self {
        Self(amounts.into_iter().map(|(name, amount)| (name.into(), amount)).collect())
    }
}
