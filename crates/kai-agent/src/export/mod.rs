//! The engineer as files that coding agents read.

mod bundle;

pub use bundle::{Bundle, File, files};
