//! What a node does when it runs out of memory.
//!
//! Sources are k8s.io/kubernetes pkg/kubelet, v1.34.1.

mod pressure;
mod quality;

pub use pressure::{Usage, eviction_order};
pub use quality::{Quality, oom_score_adjustment, quality};

#[cfg(test)]
mod tests;
