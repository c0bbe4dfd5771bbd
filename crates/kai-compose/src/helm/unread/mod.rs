//! Values that no template reads: those that are given to a chart, and those of its own
//! `values.yaml`.

mod besides;
mod defaults;
mod given;
mod near;
mod search;

pub(super) use besides::{add_text, all_reads};
pub use defaults::UnreadDefault;
pub(super) use defaults::defaults;
pub(crate) use defaults::defaults_alone;
pub(super) use given::unread;
pub use search::UnreadValue;
