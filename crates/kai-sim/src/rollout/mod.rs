//! How a new version comes, or where it sticks.
//!
//! A rollout is played as the controllers do it, with numbers of pods instead of pods: how many may
//! be added and taken away, what stays available, what must be there at the peak. Sources are
//! k8s.io/kubernetes pkg/controller, v1.34.1; each file names its own.

mod daemon_set;
mod deployment;
mod stateful_set;

pub use daemon_set::DaemonSetRollout;
pub use deployment::{DeploymentRollout, Fenceposts};
pub use stateful_set::StatefulSetRollout;

#[cfg(test)]
mod tests;

/// How pods of the new version behave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    Healthy,
    NeverReady,
    /// They pass their probes, and fail soon after.
    CrashAfterReady,
}

/// How a rollout ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rollout {
    pub end: End,
    /// Pods that served when fewest did.
    pub available_min: i64,
    /// Pods that there were when most were.
    pub pods_max: i64,
    /// Pods that serve at the end.
    pub available: i64,
    /// New pods that have a node at the end and do not serve.
    pub failing: i64,
    /// How often the controller acted.
    pub step_count: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Finished,
    Wedged(Wedge),
}

/// What a rollout waits for, for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wedge {
    /// New pods do not become ready.
    NotReady,
    /// The quota refuses another pod: an event of the controller, and no pending pod.
    Quota,
    /// Another pod finds no node.
    Capacity,
}
