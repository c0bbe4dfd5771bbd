//! What is a root, in which environment, and what it is made of.
//!
//! A root is what a tool would apply as one: a kustomization that no other includes, a folder that
//! Argo CD or Flux points at, a folder of plain manifests, one installation of a chart, a dump. What must always hold:
//! every root says why it is one and why it is thought to be production, staging, development, an
//! example or an archive; files that are no manifests make no root and no problem.
//!
//! Start with [`discover`], then [`compose`].

mod clusters;
mod compose;
mod delegation;
mod discover;
mod dump;
pub(crate) mod environment;
mod envsubst;
mod generator;
mod given;
mod helmfile;
mod inclusion;
mod manifests;
mod object;
mod order;
mod packed;
mod paths;
mod plan;
mod pointer;
mod release;
mod substitute;
#[cfg(test)]
mod tests;

pub use compose::compose;
pub use discover::{discover, discover_with};
pub use inclusion::resolve;
pub use order::{
    HIDDEN_PART, OPEN_PART, Order, OrderedChart, OrderedParameter, OrderedValue, OrderedValues,
};
pub use packed::archive_around;
pub use plan::RootPlan;

pub(crate) use helmfile::published as published_by_helmfiles;
pub(crate) use object::{flatten, group, is_kustomization_file};
