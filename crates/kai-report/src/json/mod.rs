//! Wire formats. Each is a module named after its version, with types of its own.

mod render_v1;
mod review_v1;

#[cfg(test)]
mod tests;

pub use render_v1::render;
pub use review_v1::review;
pub(crate) use review_v1::three_digits;
