//! Dockerfiles → components.
//!
//! What must always hold: what the image below decides is told only where that image is known; a shell's
//! text is read as its shell would read it.
//!
//! Start with `lower`.

mod lower;
mod official;
mod secrets;
mod stages;
mod start;

#[cfg(test)]
mod tests;

pub(crate) use lower::lower;
