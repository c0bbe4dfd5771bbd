//! Near to other pods, or away from them (plugins/interpodaffinity, v1.34.1).

mod domains;
mod filter;
mod score;

pub(in crate::scheduler) use filter::InterPodAffinity;
pub(in crate::scheduler) use score::scores;
