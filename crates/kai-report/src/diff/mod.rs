//! Two reviews of one system, compared: what is new, worse, better, gone and accepted.
//!
//! What must always hold: findings are matched by the ids of their causes, so that lines that move,
//! documents that change places and files that are renamed are no change; what is said of the change
//! does not depend on where the reviews come from.
//!
//! Start with [`Snapshot`] and [`compare`]; [`text`], [`markdown`] and [`json`] show the result.

mod compare;
mod diff_v1;
mod markdown;
mod page;
mod rename;
mod snapshot;
#[cfg(test)]
mod tests;
mod verdict;

pub use compare::{Allowed, Change, Comparison, State, compare};
pub use diff_v1::json;
pub use markdown::markdown;
pub use page::text;
pub use snapshot::{Entry, Snapshot};
