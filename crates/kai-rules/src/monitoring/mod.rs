//! Hazards of how a team hears of the others.

mod alert_delivers_nowhere;
mod critical_alert_never_pages;
mod near;
mod quantile_of_one;
mod rule_not_selected;
mod watchdog_tells_nobody;
mod watcher_unwatched;

use crate::Rule;

/// The rules of this pack, by id.
pub(crate) static RULES: &[&Rule] = &[
    &alert_delivers_nowhere::RULE,
    &critical_alert_never_pages::RULE,
    &quantile_of_one::RULE,
    &rule_not_selected::RULE,
    &watchdog_tells_nobody::RULE,
    &watcher_unwatched::RULE,
];
