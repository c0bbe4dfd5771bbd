//! Compose projects → components.
//!
//! The model is read with every short form written out. What must always hold: a service is a
//! workload of one host; a named volume outlives its containers and nothing else does by itself; what
//! Compose fills in has an origin that says so.
//!
//! Start with [`lower`].

mod container;
mod entry_point;
mod lower;
mod probe;
mod quantity;
mod read;
mod service;
mod storage;
#[cfg(test)]
mod tests;

pub use lower::lower;
