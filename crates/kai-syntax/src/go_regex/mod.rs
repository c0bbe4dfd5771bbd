//! Regular expressions in the dialect of Go's `regexp`, which charts and Terraform use.
//!
//! Both engines come from RE2, but patterns are not spelled alike: classes such as `\d` are ASCII
//! in Go, a class has no operators, quoting and octal escapes exist, and repetitions are limited.
//! [`compile`] translates, and refuses what Go refuses, in its words.

mod error;
mod group;
mod translate;

pub use error::{PatternError, PatternFault};

use regex::Regex;

/// A pattern as Go reads it.
///
/// # Errors
/// What Go does not accept.
pub fn compile(pattern: &str) -> Result<Regex, PatternError> {
    let translated = translate::translate(pattern)?;
    Regex::new(&translated).map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => PatternError::new(PatternFault::TooLarge, pattern),
        // The translation has looked at everything that Go checks but the names of classes.
        _ => PatternError::new(PatternFault::ClassRange, pattern),
    })
}

#[cfg(test)]
mod tests;
