//! Composed objects as text: secrets masked, origins followed.

mod mask;
mod origins;

#[cfg(test)]
mod tests;

pub use mask::mask_secrets;
pub use origins::origins;
