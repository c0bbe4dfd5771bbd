//! Hazards written in Kubernetes objects.

mod pdb_blocks_drain;
mod pdbs_overlap;

use crate::Rule;

/// The rules of this pack, by id.
pub(crate) static RULES: &[&Rule] = &[&pdb_blocks_drain::RULE, &pdbs_overlap::RULE];
