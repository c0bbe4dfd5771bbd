//! What a plan or a state of Terraform means, on one screen and as `kai.drift/v1`.

mod drift_v1;
mod text;

#[cfg(test)]
mod tests;

pub use drift_v1::json;
pub use text::text;
