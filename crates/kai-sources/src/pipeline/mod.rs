//! Pipelines → components.
//!
//! What must always hold: a script is read as its shell would read it, never by its look; what a step
//! does is said only where a command or a well-known action says it; no secret is named but by name.
//!
//! Start with `lower`.

mod acts;
mod argo_workflow;
mod cloud_build;
mod each_push;
mod expression;
mod github;
mod github_branches;
mod github_images;
mod gitlab;
mod images;
mod lower;
mod places;
mod script;
mod skaffold;
mod targets;
#[cfg(test)]
mod tests;

pub(crate) use argo_workflow::workflow;
pub(crate) use images::within;
pub(crate) use lower::lower;
pub(crate) use script::{has_pipefail, run_from_network};
