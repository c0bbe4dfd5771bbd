//! Controls over how much a namespace may take.

use kai_core::{Known, OriginId, SmolStr};

use crate::{Bytes, Millicores};

/// A ResourceQuota.
#[derive(Debug, Clone)]
pub struct Quota {
    /// `pods`, `requests.cpu` … with the amount as written.
    pub hard: Vec<(SmolStr, SmolStr, OriginId)>,
    /// True where it counts only some pods (scopes).
    pub is_scoped: bool,
}

/// A LimitRange: what it gives containers that leave their own amounts out.
#[derive(Debug, Clone, Default)]
pub struct LimitRange {
    pub cpu_request: Known<Millicores>,
    pub memory_request: Known<Bytes>,
    pub cpu_limit: Known<Millicores>,
    pub memory_limit: Known<Bytes>,
}

/// A PriorityClass.
#[derive(Debug, Clone)]
pub struct PriorityClass {
    pub value: Known<i64>,
    pub is_global_default: bool,
    /// False where its pods wait instead of evicting others.
    pub preempts: Known<bool>,
}
