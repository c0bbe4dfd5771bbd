//! GitLab's code quality report.
//!
//! The fields that GitLab reads: description, check name, fingerprint, severity, path and first line
//! ([Code Quality](https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format)).

mod issue;

#[cfg(test)]
mod tests;

pub use issue::review;
