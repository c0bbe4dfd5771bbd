//! Alarms that a cloud raises over its metrics.

use kai_core::{Known, OriginId, SmolStr};

use super::Naming;

/// A threshold over metrics, and who is told.
#[derive(Debug, Clone)]
pub struct Alarm {
    /// What the cloud calls it.
    pub cloud_name: Known<SmolStr>,
    pub metrics: Vec<AlarmMetric>,
    /// What is compared and with what, as one text; the same for alarms that differ in nothing else.
    pub condition: SmolStr,
    /// Who is told when it fires; empty where nobody is.
    pub actions: Known<Vec<Naming>>,
    /// What it makes of a metric that says nothing.
    pub missing: Known<MissingData>,
}

/// Series that an alarm looks at.
#[derive(Debug, Clone)]
pub struct AlarmMetric {
    pub namespace: Naming,
    pub name: Naming,
    /// Sorted by key.
    pub dimensions: Vec<(SmolStr, Naming)>,
    pub origin: OriginId,
}

/// What silence means to an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MissingData {
    /// It fires.
    Breaching,
    /// All is well.
    NotBreaching,
    /// Nothing changes.
    Ignored,
    /// It is in a state of its own, which may tell somebody.
    Insufficient,
}

/// Lines of a log that are counted as a metric.
#[derive(Debug, Clone)]
pub struct LogMetric {
    pub group: Naming,
    pub pattern: Known<SmolStr>,
}
