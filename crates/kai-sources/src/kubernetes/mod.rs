//! Kubernetes objects → components.
//!
//! One file per family of kinds. Defaults are those of the API (v1.34) and carry an origin that
//! says so. Reading starts in [`lower`].

mod analysis;
mod autoscaler;
mod backup;
mod budget;
mod calico;
mod cilium;
mod cloud_deploy;
mod configuration;
mod console;
mod container;
mod external_secret;
mod gateway;
mod image_policy;
mod image_update;
mod ingress;
mod lower;
mod makes;
mod mesh;
mod monitoring;
mod object;
mod operators;
mod owner;
mod placement;
mod pod;
mod policy;
mod probe;
mod project;
mod quota;
mod rbac;
mod reconciliation;
mod scope;
mod secret_store;
mod service;
mod storage;
mod webhook;
mod workload;

#[cfg(test)]
mod tests;

pub use lower::lower;
pub(crate) use reconciliation::applications;
