//! Hazards as written: one `.rs` and one `.md` each; packs are folders.
//!
//! A rule asks the graph and words the answer; it never sees text and never ranks. What must always
//! hold: every rule has its page, the page's examples are its tests, and a rule that panics costs
//! its own hazards only.

mod rule;

pub use rule::{Check, Rule};
