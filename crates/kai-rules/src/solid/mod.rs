//! What is right, and how to prove it: a review that only complains is not read.
//!
//! One file for each kind of solid point. A kind is credited once, at its best evidence: production
//! first, then what journeys need, then the order of the graph.

mod account;
mod alarm_drill;
mod cache_standby;
mod charts;
mod copies_apart;
mod database;
mod deny;
mod drain;
mod encrypted;
mod evidence;
mod failover;
mod guaranteed;
mod guarded;
mod guarded_database;
mod hardened;
mod locked_backups;
mod never_pruned;
mod ordered_start;
mod paging;
mod pinned;
mod promoted;
mod proposed_images;
mod quorum;
mod redundancy;
mod requests;
mod restarts;
mod restored;
mod resumed;
mod retained;
mod rollout;
mod scaling;
mod secrets;
mod signed;
mod standby;
mod startup;
mod storage;
mod termination;
mod told_twice;
mod watchdog;
mod watchers;
mod webhooks;
mod zones;

use kai_core::Origins;
use kai_graph::{Solid, System};
use kai_settings::Settings;

use crate::Context;
use crate::command::with_files;

/// The solid points of a system, each kind once, those that save most first.
#[must_use]
pub fn solid(system: &System, origins: &Origins, settings: &Settings) -> Vec<Solid> {
    let ctx = Context::new(system, origins, settings);
    let kinds: [fn(Context<'_>) -> Option<Solid>; 41] = [
        database::solid,
        guarded_database::solid,
        locked_backups::solid,
        copies_apart::solid,
        cache_standby::solid,
        failover::solid,
        told_twice::solid,
        alarm_drill::solid,
        restored::solid,
        watchers::solid,
        storage::solid,
        redundancy::solid,
        zones::solid,
        standby::solid,
        retained::solid,
        quorum::solid,
        webhooks::solid,
        never_pruned::solid,
        charts::solid,
        drain::solid,
        rollout::solid,
        promoted::solid,
        proposed_images::solid,
        scaling::solid,
        secrets::solid,
        deny::solid,
        guarded::solid,
        paging::solid,
        watchdog::solid,
        encrypted::solid,
        hardened::solid,
        account::solid,
        signed::solid,
        pinned::solid,
        termination::solid,
        startup::solid,
        guaranteed::solid,
        requests::solid,
        resumed::solid,
        restarts::solid,
        ordered_start::solid,
    ];
    let points = kinds.into_iter().filter_map(|it| it(ctx));
    let points = points.map(|it| Solid { verify: with_files(it.verify, it.component, ctx), ..it });
    points.collect()
}
