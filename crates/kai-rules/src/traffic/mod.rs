//! Hazards of routes, gateways and meshes.

mod outlier_ejects_all;
mod retries_outlast_timeout;
mod subset_selects_nothing;
mod weights_of_zero;

use crate::Rule;

/// The rules of this pack, by id.
pub(crate) static RULES: &[&Rule] = &[
    &outlier_ejects_all::RULE,
    &retries_outlast_timeout::RULE,
    &subset_selects_nothing::RULE,
    &weights_of_zero::RULE,
];
