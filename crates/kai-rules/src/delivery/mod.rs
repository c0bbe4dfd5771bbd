//! Hazards of how what is written reaches a cluster.

mod analysis_cannot_fail;
mod any_tag_deploys;
mod api_removed;
mod changes_replace_objects;
mod changes_while_busy;
mod chart_version_floats;
mod cluster_upgrades_early;
mod clusters_move_together;
mod defaults_unread;
mod deletion_cascades;
mod dependency_not_awaited;
mod dependency_unknown;
mod foreign_branch_followed;
mod image_updates_nothing;
mod markers;
mod module_revision_moves;
mod promotion_unjudged;
mod prune_deletes_state;
mod reconciliation_suspended;
mod release_unjudged;
mod releases;
mod revisions;
mod stages_move_together;
mod value_absent;
mod value_overwritten;
mod value_unread;
mod volume_plugin_removed;
mod waves;

pub(crate) use chart_version_floats::floating;
pub(crate) use markers::{updates, written};

use crate::Rule;

/// The rules of this pack, by id.
pub(crate) static RULES: &[&Rule] = &[
    &analysis_cannot_fail::RULE,
    &any_tag_deploys::RULE,
    &api_removed::RULE,
    &changes_replace_objects::RULE,
    &changes_while_busy::RULE,
    &chart_version_floats::RULE,
    &cluster_upgrades_early::RULE,
    &clusters_move_together::RULE,
    &deletion_cascades::RULE,
    &dependency_not_awaited::RULE,
    &dependency_unknown::RULE,
    &foreign_branch_followed::RULE,
    &image_updates_nothing::RULE,
    &module_revision_moves::RULE,
    &promotion_unjudged::RULE,
    &prune_deletes_state::RULE,
    &reconciliation_suspended::RULE,
    &release_unjudged::RULE,
    &stages_move_together::RULE,
    &value_absent::RULE,
    &value_overwritten::RULE,
    &value_unread::RULE,
    &volume_plugin_removed::RULE,
];
