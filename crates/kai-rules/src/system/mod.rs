//! Hazards of a system, whatever its sources are.

mod committed_credential;
mod lone_replica;
mod state_on_emptydir;

use crate::Rule;

/// The rules of this pack, by id.
pub(crate) static RULES: &[&Rule] =
    &[&committed_credential::RULE, &lone_replica::RULE, &state_on_emptydir::RULE];
