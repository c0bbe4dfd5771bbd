//! HorizontalPodAutoscalers (k8s.io/kubernetes pkg/controller/podautoscaler, v1.34.1).
//!
//! [`Utilisation`] is what one metric asks for, [`Behaviour`] how fast it may come, [`climb`] both
//! over time.

mod behaviour;
mod climb;
mod utilisation;

pub use behaviour::{Behaviour, Change, Policy, PolicyChoice, Rules};
pub use climb::climb;
pub use utilisation::{PodUsage, Utilisation};

#[cfg(test)]
mod tests;
