//! Helmfiles: which charts one installs, in each of its environments, as far as the tree says it.
//!
//! `state` makes one tree of a file, of what it is based on and of templates in it; `releases` reads
//! that tree and follows it into nested Helmfiles. What asks the machine or the environment of whoever
//! runs Helmfile (`exec`, `env`, secrets) is a gap.

mod releases;
mod state;

pub(crate) use releases::published;
pub(super) use releases::{releases, tops};
