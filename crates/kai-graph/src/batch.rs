//! How a job is started, stopped and forgotten.

use kai_core::{Known, OriginId, SmolStr};

/// What a Job or CronJob says besides its pod.
#[derive(Debug, Clone)]
pub struct Batch {
    /// `Allow`, `Forbid` or `Replace`: what happens to a run that is due while another one runs. Not
    /// declared for what runs once.
    pub concurrency: Known<SmolStr>,
    /// Seconds after which a run that did not start in time is given up. Not declared: never.
    pub start_deadline: Known<u32>,
    /// Seconds after which a run is stopped. Not declared: never.
    pub run_deadline: Known<u32>,
    /// How many failed runs are kept.
    pub failures_kept: Known<u32>,
    /// Seconds after which what has ended is deleted. Not declared: never.
    pub kept_for: Known<u32>,
    /// Where it says that a pod which is evicted or drained is no failed attempt.
    pub ignores_disruption: Option<OriginId>,
    /// The specification of the job, where a deadline would stand.
    pub job_origin: OriginId,
}
