//! Composed objects and planned configurations as text: secrets masked, origins followed.

mod configuration;
mod mask;
mod origins;
mod secret_text;
mod sensitive;

#[cfg(test)]
mod tests;

pub use configuration::configuration;
pub(crate) use configuration::{json_text, open_parts, reason};
pub use mask::mask_secrets;
pub use origins::origins;
pub(crate) use sensitive::{named, with_marks};
