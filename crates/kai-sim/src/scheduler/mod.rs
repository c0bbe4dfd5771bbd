//! kube-scheduler, written for clarity: the default profile of v1.34.1 with its default gates.
//!
//! A [`Snapshot`] is the cluster as one scheduling cycle sees it. A [`Cycle`] is one pod in it: which
//! nodes reject the pod and why, what the others score, and which pods would have to go. Each plugin
//! is a file of `plugins`, and each says which file of the scheduler it follows (paths are those
//! of k8s.io/kubernetes, below `pkg/scheduler/framework` unless they say otherwise).
//!
//! What must always hold: the decisions recorded of the real scheduler are met, each of them
//! (`tests/scenarios`). Not modelled: dynamic resource allocation, extenders, nominated pods, other
//! profiles, and storage capacity of CSI drivers, which counts as sufficient.

mod cycle;
mod explanation;
mod filters;
mod normalize;
mod plugins;
mod preemption;
mod queue;
mod snapshot;
mod verdict;

pub use cycle::{Cycle, NodeScore};
pub use explanation::explanation;
pub(crate) use plugins::image_locality::names as image_names;
pub(crate) use plugins::pod_topology_spread as spread;
pub use preemption::{Candidate, pick};
pub use queue::{is_gated, order};
pub use snapshot::{Host, Snapshot};
pub use verdict::{Code, Plugin, Rejection, Verdict};

#[cfg(test)]
mod tests;
