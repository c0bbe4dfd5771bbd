//! Hazards of what runs on a schedule or to an end.

mod failures_leave_no_trace;
mod restart_policy_refused;
mod run_blocks_next;
mod schedule_unreadable;
mod start_deadline_too_short;

use crate::Rule;

/// The rules of this pack, by id.
pub(crate) static RULES: &[&Rule] = &[
    &failures_leave_no_trace::RULE,
    &restart_policy_refused::RULE,
    &run_blocks_next::RULE,
    &schedule_unreadable::RULE,
    &start_deadline_too_short::RULE,
];
