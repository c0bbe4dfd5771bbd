//! Hazards written in Compose files.

mod healthy_wait_unmet;
mod restart_missing;

use crate::Rule;

/// The rules of this pack, by id.
pub(crate) static RULES: &[&Rule] = &[&healthy_wait_unmet::RULE, &restart_missing::RULE];
