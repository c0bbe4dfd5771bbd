//! Texts to trees: every key, scalar and collection keeps its byte range.
//!
//! What must always hold: reading never fails and never panics; broken text becomes a
//! [`kai_core::Problem`] with a span, and the other documents of the file are still read. Nothing
//! here knows Kubernetes beyond how its parser types scalars.
//!
//! Start with [`yaml::parse`] and [`json::parse`]; what they return is [`Parsed`].

mod depth;
pub mod dockerfile;
#[cfg(test)]
mod draw;
pub mod edit;
mod embed;
pub mod go_regex;
pub mod go_template;
pub mod json;
mod monitoring;
mod parsed;
pub mod shell;
pub mod template;
pub mod yaml;

pub use embed::embed;
pub use monitoring::MonitoringFile;
pub use parsed::{Parsed, YamlDocument};
pub use template::TemplateKind;
