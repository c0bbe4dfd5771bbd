//! What a shell command would do, told from its text, before anybody runs it.
//!
//! What must always hold: only what is known to read is called a reader. A program, a flag, an
//! operand or a piece of syntax that is not in a table is asked about; nothing is decided by how a
//! command begins. Nothing of a text is ever run; where it does not name its files, a [`Folder`] is asked which they are.
//!
//! Start with [`classify`].

mod class;
mod flags;
mod folder;
mod nesting;
mod paths;
mod programs;
mod walk;
mod words;

pub use class::{Argument, Call, Class, Judgement};
pub use folder::Folder;
pub use paths::{is_searched_for, normally_holds_secrets};
pub use walk::{classify, classify_in};
