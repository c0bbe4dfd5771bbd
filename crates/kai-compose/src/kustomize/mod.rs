//! Folders as Kustomize v5.5 renders them.
//!
//! [`build`] is the way in. `accumulate` gathers a kustomization and what it includes, running
//! `generators` and the steps that `transformers` lists; what has to wait for the whole (hashes,
//! `name_reference`, `vars`, `ordering`) is done by `build`. What must always hold: a base that
//! several overlays include is gathered once and shared; an overlay copies only what it changes.

mod accumulate;
mod build;
mod configurations;
mod crds;
mod default_fields;
mod embedded;
mod field_path;
mod field_spec;
mod fields;
mod folded;
mod generators;
mod gvk;
mod hash;
mod images;
mod kustomization;
mod label_selector;
mod labels;
mod metadata;
mod name_reference;
mod names;
mod namespace;
mod ordering;
mod patches;
mod paths;
mod plugins;
mod replacements;
mod replicas;
mod resource;
mod resources;
mod selector;
mod sources;
mod transformers;
mod value_add;
mod vars;

pub(crate) use accumulate::Memo;
pub use build::build;
pub(crate) use sources::spans as env_spans;

#[cfg(test)]
mod tests;
