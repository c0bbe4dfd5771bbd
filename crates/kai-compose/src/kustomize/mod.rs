//! Folders as Kustomize v5.5 renders them.
//!
//! [`build`] is the way in.

mod build;

pub use build::build;
pub(crate) use build::{Memo, env_spans};
