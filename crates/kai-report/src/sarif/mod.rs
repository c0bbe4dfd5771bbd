//! SARIF 2.1.0, the exchange format of code scanners.
//!
//! What must always hold: a log is valid by the schema that OASIS published, its fingerprints are the ids
//! of findings, and places are paths from the working directory with lines and columns in characters.
//!
//! Start with [`review`]; the format itself is in `log`.

mod fix;
mod log;
mod result;
mod rule;

#[cfg(test)]
mod tests;

pub use result::review;
