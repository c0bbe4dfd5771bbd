//! Whether a coding agent would understand a file.
//!
//! Start with [`lint`].

mod frontmatter;
mod json;
mod kind;
mod problem;
mod text;

pub use kind::{Kind, kind};
pub use problem::Problem;

use camino::Utf8Path;

/// What is wrong with a file, by line; nothing for a file of a kind that no agent reads.
#[must_use]
pub fn lint(path: &Utf8Path, text: &str) -> Vec<Problem> {
    let mut problems = match kind(path, text) {
        Some(it @ (Kind::Plugin | Kind::Hooks | Kind::Servers)) => json::lint(it, text),
        Some(it) => text::lint(it, path, text),
        None => vec![Problem::new(1, "this is no file of an agent that I know")],
    };
    problems.sort();
    problems
}
