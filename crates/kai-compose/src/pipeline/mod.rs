//! Pipelines: files of steps that a build service runs; with them are found the Dockerfiles that say how an image
//! is built, and the reports that say what a scanner found in one.
//!
//! What must always hold: what a file takes from its repository (actions, other workflows) stands in the
//! tree where it is taken; what it takes from elsewhere is a gap; however its parts repeat each other, a
//! pipeline has an end.
//!
//! Start with [`find`] and [`compose`].

mod bounds;
mod discover;
mod gitlab;
mod inputs;
mod report;
mod take;
mod tested;

pub(crate) use discover::find;
pub use report::{Scanner, is_report};
pub(crate) use report::{broken_sarif, names_report};
pub(crate) use take::compose;
pub(crate) use tested::tests_beside;
