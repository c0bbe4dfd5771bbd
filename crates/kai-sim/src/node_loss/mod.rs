//! What happens, and when, after nodes are lost.
//!
//! [`ZoneState`] decides how fast lost nodes are tainted, [`tainted_after`] when each is, and
//! [`fate`] what becomes of a pod on it. Sources are k8s.io/kubernetes pkg/controller, v1.34.1.

mod fate;
mod timeline;
mod zone;

pub use fate::{Fate, fate, stays};
pub use timeline::{Lifecycle, Seconds, tainted_after};
pub use zone::{Zone, ZoneState};

#[cfg(test)]
mod tests;
