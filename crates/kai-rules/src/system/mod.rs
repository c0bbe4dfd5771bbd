//! Hazards of a system, whatever its sources are.

mod cluster_in_one_zone;
mod committed_credential;
mod lone_instance;
mod lone_replica;
mod mutable_image_tag;
mod shared_datastore;
mod state_dies_with_pod;
mod state_without_backup;

pub(crate) use mutable_image_tag::is_mutable;

use crate::Rule;

/// The rules of this pack, by id.
pub(crate) static RULES: &[&Rule] = &[
    &cluster_in_one_zone::RULE,
    &committed_credential::RULE,
    &lone_instance::RULE,
    &lone_replica::RULE,
    &mutable_image_tag::RULE,
    &shared_datastore::RULE,
    &state_dies_with_pod::RULE,
    &state_without_backup::RULE,
];
