//! Hazards of routes, gateways and meshes.

mod outlier_ejects_all;
mod subset_selects_nothing;

use crate::Rule;

/// The rules of this pack, by id.
pub(crate) static RULES: &[&Rule] = &[&outlier_ejects_all::RULE, &subset_selects_nothing::RULE];
