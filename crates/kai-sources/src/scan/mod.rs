//! Reports of scanners → components.
//!
//! What must always hold: a severity and a fixed version are the report's own; what the report sets aside (a
//! suppression, a statement that it is not affected) is no vulnerability; an image is the one of which the
//! report gives name and tag or digest, and no other.
//!
//! Start with `lower`.

mod check;
mod cyclonedx;
mod gitlab;
mod grype;
mod lower;
mod sarif;
mod spdx;
mod subject;
#[cfg(test)]
mod tests;
mod trivy;

pub(crate) use lower::lower;
