//! What a tool would apply: Kustomize and plain manifests.
//!
//! What must always hold: every value of a composed object keeps the chain of texts it came from;
//! objects are shared between overlays until one changes them; the result never depends on which
//! thread was first.
//!
//! Start with [`Project`] (every text, parsed once), [`roots::discover`] (what is applied as one) and
//! [`kustomize::build`] (a folder as Kustomize renders it), which ends in a [`Composition`].

pub mod compose_file;
mod composition;
mod files;
pub mod helm;
pub mod kustomize;
pub mod patch;
mod pipeline;
mod project;
pub mod roots;

pub use composition::{AppliedSet, Composition, Installation, Refusal};
pub use pipeline::{Scanner, is_report};
pub use project::{File, Project};
