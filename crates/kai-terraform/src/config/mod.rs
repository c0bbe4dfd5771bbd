//! Configurations as they are written: files to modules. Reading starts at [`Module`].

mod constraint;
mod decode;
mod json;
mod library;
mod mentioned;
mod module;
mod overrides;
mod source;
mod variable_file;

pub use constraint::{Defaults, constraint};
pub use library::Library;
pub use module::*;
pub use source::Modules;
pub use variable_file::{Assignment, read_variables};

pub(crate) use decode::{address_text, place, reference, static_value, unsupported};
pub(crate) use source::{is_local as is_local_source, is_no_source, normalised};
