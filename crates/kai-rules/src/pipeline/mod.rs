//! Hazards of what builds and deploys: who starts it, as whom, and what becomes of its failures.

mod action_revision_moves;
mod any_branch_deploys;
mod apply_unasked;
mod base_image_moves;
mod built;
mod deploys_overlap;
mod deploys_untested;
mod failed_download_unheard;
mod failure_unnoticed;
mod fetched_script_runs;
mod handed_over;
mod image_starts_as_root;
mod image_user_refused;
mod key_copied_into_image;
mod places;
mod proposals_reach_production;
mod quoting;
mod script_injection;
mod service;
mod shell_keeps_signal;
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
    &deploys_untested::RULE,
    &failed_download_unheard::RULE,
    &failure_unnoticed::RULE,
    &fetched_script_runs::RULE,
    &image_starts_as_root::RULE,
    &image_user_refused::RULE,
    &key_copied_into_image::RULE,
    &proposals_reach_production::RULE,
    &script_injection::RULE,
    &shell_keeps_signal::RULE,
    &strangers_hold_secrets::RULE,
];
