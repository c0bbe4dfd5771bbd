//! Pipelines: files of steps that a build service runs.
//!
//! What must always hold: what a file takes from its repository (actions, other workflows) stands in the
//! tree where it is taken; what it takes from elsewhere is a gap.
//!
//! Start with [`find`] and [`compose`].

mod discover;
mod gitlab;
mod report;
mod take;

pub(crate) use discover::find;
pub use report::is_report;
pub(crate) use take::compose;
