//! What Kai can see of a repository, what it cannot, and what the team could tell it.

mod text;

pub use text::text;
