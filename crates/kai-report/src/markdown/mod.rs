//! A review, or what a change does to it, as a comment on a pull request, in GitHub's and GitLab's Markdown.
//!
//! What must always hold: the comment is no longer than either takes, and no text of a reviewed file
//! becomes markup, a link or a mention.

mod comment;
mod escape;
mod review;

#[cfg(test)]
mod tests;

pub(crate) use comment::Comment;
pub(crate) use escape::{cell, code, prose};
pub use review::review;
