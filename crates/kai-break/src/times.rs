//! How long things take, each with who says so.

use std::collections::BTreeMap;

use kai_core::{ComponentId, Interval};

/// Minutes, and where they come from.
#[derive(Debug, Clone, PartialEq)]
pub struct Time {
    pub minutes: Interval,
    pub source: String,
}

/// What a caller knows of times.
#[derive(Debug, Clone)]
pub struct Times {
    /// From a pod that is made to one that serves, by workload.
    pub starts: BTreeMap<ComponentId, Time>,
    /// The same for pods of which nothing is known.
    pub start: Time,
    /// A disk is torn off a node that does not answer.
    pub detach: Time,
    /// A person notices, finds the cause and mends it.
    pub by_hand: Time,
    /// A node is made.
    pub provision: Time,
    /// A zone is lost.
    pub zone: Time,
}

impl Time {
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            minutes: self.minutes.plus(other.minutes),
            source: format!("{}; {}", self.source, other.source),
        }
    }
}

impl Times {
    /// How long pods of a workload need to start.
    #[must_use]
    pub fn start_of(&self, component: Option<ComponentId>) -> &Time {
        component.and_then(|it| self.starts.get(&it)).unwrap_or(&self.start)
    }
}
