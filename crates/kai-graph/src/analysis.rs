//! What decides whether a new version goes on.

use kai_core::{Known, OriginId, SmolStr};

use crate::ObjectRef;

/// Measurements of Argo Rollouts that end a rollout when they fail (`AnalysisTemplate`).
#[derive(Debug, Clone)]
pub struct Analysis {
    pub metrics: Vec<Measurement>,
}

#[derive(Debug, Clone)]
pub struct Measurement {
    pub name: SmolStr,
    /// What asks for the number: `prometheus`, `web`, `job` …
    pub provider: SmolStr,
    /// True where it asks for a part of something that may be nothing.
    pub is_share: bool,
    /// Holds where a measurement is good.
    pub success: Option<SmolStr>,
    /// Holds where a measurement is bad.
    pub failure: Option<SmolStr>,
    /// How often it is measured, where that ends: once where neither a count nor an interval is written.
    pub count: Known<i64>,
    /// How many may be bad.
    pub failure_limit: Known<i64>,
    /// True where so many in a row must be good: what is only not bad does not go on then.
    pub needs_good: bool,
    pub origin: OriginId,
}

/// A release of Flagger.
#[derive(Debug, Clone)]
pub struct Canary {
    /// What it releases.
    pub target: ObjectRef,
    /// True where a measurement or a call decides.
    pub is_judged: Known<bool>,
    /// True where new versions are promoted without being looked at.
    pub is_skipped: Known<bool>,
    /// Measurements that no number fails, by name and where they are written.
    pub unbounded: Vec<(SmolStr, OriginId)>,
}
