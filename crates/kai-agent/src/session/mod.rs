//! A conversation as lines of JSON, `kai.session/v1`: one entry a line, only ever added to.
//!
//! What must always hold: what [`line()`] writes, [`read`] gives back; a last line that
//! broke off is left out; whoever writes a message has sealed it.
//!
//! Start with [`Entry`].

mod entry;
mod message;
mod page;

pub use entry::{Entry, line, read};
pub use page::{Kept, kept, page};

#[cfg(test)]
mod tests;
