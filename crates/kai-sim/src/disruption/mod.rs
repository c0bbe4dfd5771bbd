//! Disruption budgets, eviction and drains.
//!
//! [`update`] is what the disruption controller writes, [`eviction`] what the API server answers,
//! [`drain`] what `kubectl drain` comes to. Sources are k8s.io/kubernetes v1.34.1 and
//! k8s.io/kubectl; each file names its own.

mod drain;
mod eviction;
mod guards;
mod status;

pub use drain::{Drain, DrainOptions, Obstacle, Outcome, Refusal, drain, drain_each};
pub use eviction::{Eviction, eviction};
pub use guards::Guards;
pub use status::{allows_any, update, update_guarded};

#[cfg(test)]
mod tests;
