//! The cluster as its control plane sees it: plain values, integers for amounts.
//!
//! Absent is absent: a field that the API server would default holds nothing until
//! [`read`](crate::read) or an admission step fills it, because the scheduler sees objects as they
//! stand.

mod affinity;
mod budget;
mod cluster;
mod container;
mod controller;
mod int_or_percent;
mod node;
mod node_selector;
mod pod;
mod requests;
mod resources;
mod selector;
mod spread;
mod taint;
mod timestamp;
mod volume;

pub use affinity::{Affinity, AffinityTerm, Weighted};
pub use budget::{BudgetStatus, DisruptionBudget, Limit, UnhealthyPolicy};
pub use cluster::{Cluster, Controllers, Key, Service};
pub use container::{Container, HostPort};
pub use controller::{Controller, ControllerKind, Owner};
pub use int_or_percent::IntOrPercent;
pub use node::{Image, Node};
pub use node_selector::{NodeSelector, NodeSelectorTerm};
pub use pod::{Phase, Pod, PodTemplate};
pub use requests::{limits, requests, scored_requests};
pub use resources::{CPU, EPHEMERAL_STORAGE, MEMORY, PODS, Resources};
pub use selector::{Labels, Operator, Requirement, Selector};
pub use spread::SpreadConstraint;
pub use taint::{Effect, Taint, Toleration};
pub use timestamp::Timestamp;
pub use volume::{Binding, Claim, Disk, PersistentVolume, PodVolume, StorageClass};

#[cfg(test)]
mod tests;
