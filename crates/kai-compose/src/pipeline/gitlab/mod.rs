//! Configurations of GitLab CI, as GitLab would show them merged.
//!
//! What must always hold: includes come first, then `extends`, then `!reference`, as GitLab does it; what is
//! included from elsewhere stays under `include` and is a gap.
//!
//! Start with [`compose`].

mod compose;
mod extend;
mod include;
mod inputs;
mod reference;
#[cfg(test)]
mod tests;

pub(super) use compose::compose;
