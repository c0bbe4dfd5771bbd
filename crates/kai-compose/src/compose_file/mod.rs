//! Compose projects: from the files that `docker compose` would read to one model.
//!
//! What must always hold: a value keeps the chain of texts it came from, through `.env`, `extends`,
//! `include` and later files; a variable that nothing in the tree sets is not known, never empty;
//! files that Compose accepts make no problem.
//!
//! Start with [`projects`], which says which files go together, then [`compose`].

mod canonical;
mod check;
mod command_lines;
mod compose;
mod discover;
mod dotenv;
mod gitignore;
mod interpolate;
mod load;
mod memo;
mod merge;
mod mounts;
mod short;
mod tags;
#[cfg(test)]
mod tests;
mod variables;

pub use compose::compose;
pub use discover::{ComposeProject, is_compose_file, projects};
pub(crate) use memo::Memo;
pub(crate) use mounts::mounted_paths;
