//! What a cloud starts by the clock.

use kai_core::{Known, SmolStr};

use super::Naming;

/// When something happens.
#[derive(Debug, Clone)]
pub struct Timetable {
    pub cloud_name: Known<SmolStr>,
    /// `rate(1 minute)`, `cron(0 14 * * ? *)`
    pub expression: Known<SmolStr>,
}

/// What is started.
#[derive(Debug, Clone)]
pub struct ScheduledCall {
    pub timetable: Naming,
    pub target: Naming,
}
