//! Pictures of the system graph.

mod dot;
mod json;
mod mermaid;
pub(crate) mod picture;
mod text;

#[cfg(test)]
mod tests;

pub use dot::dot;
pub use json::json;
pub(crate) use mermaid::escape;
pub use mermaid::mermaid;
pub use text::text;
