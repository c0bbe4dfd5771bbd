//! Which values a chart's templates can read, whatever branches a render takes.
//!
//! Told from the parsed templates alone. What is handed on whole (to a function, a variable, another
//! template, a loop) counts as read with all that is below it, so that what is called unread is.
//! Start with [`Reads`].

mod extent;
mod place;
mod walk;

pub(super) use extent::Extent;
pub(crate) use extent::Reads;
pub(super) use place::{Path, path_of};
