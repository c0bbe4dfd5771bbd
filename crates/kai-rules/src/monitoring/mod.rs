//! Hazards of how a team hears of the others.

mod alert_cut_off;
mod alert_delivers_nowhere;
mod alert_without_route;
mod alert_without_runbook;
mod critical_alert_never_pages;
mod matcher_without_operator;
mod metrics_without_volume;
mod monitor_finds_nothing;
mod near;
mod pushed_metric_vanishes;
mod quantile_of_one;
mod rule_not_selected;
mod watchdog_tells_nobody;
mod watcher_unwatched;
mod weekend_unwatched;

use crate::Rule;

/// The rules of this pack, by id.
pub(crate) static RULES: &[&Rule] = &[
    &alert_cut_off::RULE,
    &alert_delivers_nowhere::RULE,
    &alert_without_route::RULE,
    &alert_without_runbook::RULE,
    &critical_alert_never_pages::RULE,
    &matcher_without_operator::RULE,
    &metrics_without_volume::RULE,
    &monitor_finds_nothing::RULE,
    &pushed_metric_vanishes::RULE,
    &quantile_of_one::RULE,
    &rule_not_selected::RULE,
    &watchdog_tells_nobody::RULE,
    &watcher_unwatched::RULE,
    &weekend_unwatched::RULE,
];
