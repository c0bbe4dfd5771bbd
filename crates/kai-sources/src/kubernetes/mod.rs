//! Kubernetes objects → components.
//!
//! One file per family of kinds. Defaults are those of the API (v1.34) and carry an origin that
//! says so. Reading starts in [`lower`].

mod autoscaler;
mod budget;
mod container;
mod ingress;
mod lower;
mod object;
mod owner;
mod placement;
mod pod;
mod probe;
mod scope;
mod service;
mod workload;

#[cfg(test)]
mod tests;

pub use lower::lower;
