//! Hazards of what builds and deploys: who starts it, as whom, and what becomes of its failures.

mod action_revision_moves;
mod any_branch_deploys;
mod apply_unasked;
mod base_image_moves;
mod deploys_overlap;
mod failure_unnoticed;
mod fetched_script_runs;
mod places;
mod proposals_reach_production;
mod script_injection;
mod service;
mod strangers;
mod strangers_hold_secrets;

pub(crate) use service::acts_in_production;

use crate::Rule;

/// The rules of this pack, by id.
pub(crate) static RULES: &[&Rule] = &[
    &action_revision_moves::RULE,
    &any_branch_deploys::RULE,
    &apply_unasked::RULE,
    &base_image_moves::RULE,
    &deploys_overlap::RULE,
    &failure_unnoticed::RULE,
    &fetched_script_runs::RULE,
    &proposals_reach_production::RULE,
    &script_injection::RULE,
    &strangers_hold_secrets::RULE,
];
