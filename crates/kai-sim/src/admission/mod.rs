//! What the API server changes or refuses before a pod is there.
//!
//! Sources are k8s.io/kubernetes v1.34.1; each file names its own.

mod limit_range;
mod quota;
mod tolerations;

pub use limit_range::{LimitRange, Limits, Refusal};
pub use quota::{Excess, Quota, QuotaScope, admit};
pub use tolerations::with_default_tolerations;

#[cfg(test)]
mod tests;
