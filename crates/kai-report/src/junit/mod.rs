//! JUnit's XML, as CI servers show it: a finding is a test that failed, a rule without one a test that
//! passed.
//!
//! What must always hold: the text is well-formed XML whatever a reviewed file says, and it holds no time.

mod suite;

#[cfg(test)]
mod tests;

pub use suite::review;
