//! What people read: findings, the verdict, what is solid, what is unknown, what was assumed.
//!
//! Words add nothing that the register does not hold. First person, names and numbers, no guess.

mod blast_radius;
mod finding;
mod ledger;
mod number;
mod remark;
mod solid;
mod suppressed;
mod text;
mod unknown;
mod verdict;

pub(crate) use finding::{EntryPlaces, findings};
pub(crate) use ledger::ledger;
pub(crate) use solid::solid_points;
pub(crate) use suppressed::suppressed;
pub(crate) use text::list;
pub(crate) use unknown::unknown_items;
pub(crate) use verdict::verdict;
