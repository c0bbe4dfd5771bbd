//! What is known of programs. Most are a line of a table; those with a language of their own have a
//! file.
//!
//! Start with [`judge`].

mod awk;
mod clouds;
mod files;
mod find;
mod git;
mod git_names;
mod judge;
mod plain;
mod query;
mod sed;
mod shell;
mod system;
mod verbs;
mod wrappers;

pub(crate) use judge::{feed, judge, reads_unnamed};
