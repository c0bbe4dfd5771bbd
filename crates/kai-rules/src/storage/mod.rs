//! Hazards of state: where it lives, and what copies it away.

mod backup_expires_early;
mod backup_suspended;
mod binding_ignores_zone;
mod claims_deleted_with_set;
mod holders;
mod reclaim_deletes_data;
mod volume_cannot_grow;

use crate::Rule;

/// The rules of this pack, by id.
pub(crate) static RULES: &[&Rule] = &[
    &backup_expires_early::RULE,
    &backup_suspended::RULE,
    &binding_ignores_zone::RULE,
    &claims_deleted_with_set::RULE,
    &reclaim_deletes_data::RULE,
    &volume_cannot_grow::RULE,
];
