//! Texts that a template engine has yet to fill in.
//!
//! Three things are told apart. A document with control lines, or with holes in places where YAML
//! has no value, cannot be read: [`TemplateKind::of`] says whether broken YAML is such a template.
//! A hole that stands plainly for a whole value (`image: {{ .image }}`) is read as an unknown value
//! by the YAML reader. `${NAME}` is an ordinary text to YAML, to Kustomize and to a shell, and it
//! is Flux or `envsubst` that fill it in later: [`mark_holes`] makes unknown values of those once
//! the objects are composed.
//!
//! Quoted texts with `{{ }}` stay texts: annotations of alert rules and Ansible's variables are
//! filled in by programs that read YAML themselves.

mod holes;
mod kind;

pub use holes::{Placeholder, mark_holes, placeholder};
pub use kind::TemplateKind;

#[cfg(test)]
mod tests;
