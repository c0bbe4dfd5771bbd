//! One call: documents → ranked risk register.
//!
//! Runs composition, sources, linking and rules, makes risks of their hazards, ranks them and words
//! the result. What must always hold: rules and ranking never know each other, every number of the
//! register has a source, and the same input gives the same assessment.

mod assessment;

pub use assessment::{Assessment, Assumption, LocatedProblem, Reading, SolidPoint, UnknownItem};
