//! Pods spread over domains (plugins/podtopologyspread, v1.34.1).

mod constraint;
mod defaults;
mod filter;
mod score;

pub(crate) use constraint::{Constraint, constraints};
pub(crate) use defaults::defaults_among;
pub(in crate::scheduler) use filter::PodTopologySpread;
pub(in crate::scheduler) use score::scores;
