//! Hazards of state: where it lives, and what copies it away.

mod backup_beside_data;
mod backup_expires_early;
mod backup_key_shared;
mod backup_misses_rpo;
mod backup_never_restored;
mod backup_suspended;
mod broker_keeps_one_copy;
mod claims_deleted_with_set;
mod cloud_database_unprotected;
mod disks_erased_unasked;
mod holders;
pub(crate) mod plans;
mod quorum_even;
mod reclaim_deletes_data;
mod replicas_without_slack;
mod restores;
mod standby_without_spare;
mod state_on_one_machine;
mod volume_cannot_grow;

pub(crate) use holders::{class_of, is_copied, machine_of, zonal_disk};
pub(crate) use restores::restores;

use crate::Rule;

/// The rules of this pack, by id.
pub(crate) static RULES: &[&Rule] = &[
    &backup_beside_data::RULE,
    &backup_expires_early::RULE,
    &backup_key_shared::RULE,
    &backup_misses_rpo::RULE,
    &backup_never_restored::RULE,
    &backup_suspended::RULE,
    &broker_keeps_one_copy::RULE,
    &claims_deleted_with_set::RULE,
    &cloud_database_unprotected::RULE,
    &disks_erased_unasked::RULE,
    &quorum_even::RULE,
    &reclaim_deletes_data::RULE,
    &replicas_without_slack::RULE,
    &standby_without_spare::RULE,
    &state_on_one_machine::RULE,
    &volume_cannot_grow::RULE,
];
