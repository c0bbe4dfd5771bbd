//! Which declared alert would show a failure, after how long, and whom it would tell.
//!
//! What must always hold: an alert counts only where its metric belongs to the failure and its matchers
//! do not rule the component out; that nothing would show it is said only of rules that were read.
//! Start with `sentence`; what counts for whom is in [`Near`]; which metric shows what is a table in `signal`.

mod near;
mod sentence;
mod signal;

pub(crate) use near::is_alerting;
pub use near::{Near, Told, alerting};
pub use sentence::length;
pub(crate) use sentence::sentence;
pub(crate) use signal::is_known;

/// How a detection ends where nothing that was read declares an alert; a page says it once for all.
pub const NO_ALERT_RULES: &str = "No alert rule was read for this environment";
