//! Scheduled jobs that make backups, and those that read them back.

use kai_core::OriginId;
use kai_graph::{Controller, Of, Workload};

/// Where a job that runs by the clock is told to make a copy.
pub(crate) fn copies(workload: Of<'_, Workload>) -> Option<OriginId> {
    told(workload, |it| {
        matches!(it, "backup" | "pg_dump" | "pg_dumpall" | "mongodump" | "mysqldump")
    })
}

/// Where it is told to read one back.
pub(crate) fn restores(workload: Of<'_, Workload>) -> Option<OriginId> {
    told(workload, |it| matches!(it, "restore" | "pg_restore" | "mongorestore"))
}

/// The word of a command or an argument, which stands alone or ends a path.
fn told(workload: Of<'_, Workload>, is_word: impl Fn(&str) -> bool) -> Option<OriginId> {
    let is_off = workload.is_suspended.value() == Some(&true);
    if workload.controller != Controller::CronJob || workload.schedule.is_none() || is_off {
        return None;
    }
    let containers = workload.facts.pod.all_containers();
    let mut words = containers.flat_map(|it| it.command.iter().chain(&it.args));
    words.find(|it| is_word(it.value.rsplit('/').next().unwrap_or_default())).map(|it| it.origin)
}
