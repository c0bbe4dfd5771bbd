//! What answers share: one file a step of advice.

mod detection;
mod priority;
mod radius;
mod recovery;
mod state;

pub(crate) use detection::{observability, sign};
pub(crate) use priority::{listed, priority};
pub(crate) use radius::radius;
pub(crate) use recovery::recovery;
pub(crate) use state::state;
