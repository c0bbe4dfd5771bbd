//! A first `kai.yaml` from what was found.
//!
//! What must always hold: it is valid, and a review that reads it finds the same. What only the team
//! knows stands behind `#`.

mod text;

pub use text::text;
