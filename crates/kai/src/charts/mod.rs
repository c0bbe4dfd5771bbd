//! Charts of other places: fetched once, on request, and kept.
//!
//! What must always hold: only [`fetch()`] opens a connection, what was fetched is what its digest
//! says, and no password is shown or kept.

mod address;
mod cache;
mod client;
mod error;
mod fetch;
mod registry;
mod repository;

pub(crate) use cache::Cache;
pub(crate) use error::FetchError;
pub(crate) use fetch::{Fetched, fetch};
