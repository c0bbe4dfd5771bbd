//! Folders as Kustomize v5.5 renders them.
//!
//! [`build`] is the way in. `accumulate` gathers a kustomization and what it includes, running
//! `generators` and the steps that `transformers` lists; what has to wait for the whole (hashes,
//! `name_reference`, `vars`, `ordering`) is done by `build`. What must always hold: a base that
//! several overlays include is gathered once and shared; an overlay copies only what it changes.

mod absorb;
mod accumulate;
mod build;
mod charts;
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
mod ids;
mod images;
mod kustomization;
mod label_selector;
mod labels;
mod memo;
mod metadata;
mod name_reference;
mod names;
mod namespace;
mod ordering;
mod patches;
mod paths;
mod plugins;
mod referrers;
mod repeated_keys;
mod replacements;
mod replicas;
mod resource;
mod resources;
mod schema_choice;
mod selector;
mod sources;
mod transformers;
mod value_add;
mod vars;

pub use build::build;
pub(crate) use build::build_with;
pub(crate) use kustomization::FILE_NAMES;
pub(crate) use memo::Memo;
pub(crate) use paths::shown;
pub use paths::without_password;
pub(crate) use sources::spans as env_spans;

#[cfg(test)]
mod tests;
