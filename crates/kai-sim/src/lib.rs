//! What a Kubernetes control plane would do, on paper.
//!
//! [`model`] is a cluster, [`read`] makes one of effective objects, and [`scheduler`] decides as
//! kube-scheduler v1.34.1 with its default profile does, plugin by plugin. [`world`] is a cluster over
//! time, and [`sweep`] asks for many failures of one, fast. [`disruption`], [`rollout`], [`autoscaling`], [`admission`], [`node_loss`] and [`kubelet`] are
//! what the other parts of a control plane do.
//!
//! What must always hold: nothing here reads a clock, draws a number that no seed gave, or does
//! I/O, and the same cluster gives the same answer. What is not modelled is said in the page of the
//! module that leaves it out, never guessed.
//!
//! Start with [`model::Cluster`], then [`scheduler::Cycle`].

pub mod admission;
pub mod autoscaling;
pub mod disruption;
pub mod generated;
pub mod kubelet;
pub mod model;
pub mod node_loss;
pub mod read;
pub mod rollout;
pub mod scheduler;
pub mod sweep;
pub mod world;

#[cfg(test)]
mod samples;
