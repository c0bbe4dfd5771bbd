//! Configurations of GitLab CI, merged as GitLab merges them.
//!
//! What must always hold: whether a job runs is asked for each way in which a pipeline starts, and what the
//! text leaves open may be so; a variable that only settings define is a secret where its name says so.
//! A merge request from a fork runs in the fork, without the variables of the project, so nothing here is
//! started by strangers with its rights.
//!
//! Start with `lower`.

mod branches;
mod condition;
mod gates;
mod images;
mod job;
mod lower;
mod runs;
mod secrets;
mod variables;

pub(super) use lower::pipeline;
