//! What somebody may deliver, and where to.

use kai_core::{OriginId, SmolStr};

/// A project of Argo CD: bounds of the applications in it, and groups that manage them.
#[derive(Debug, Clone)]
pub struct Project {
    /// Repositories that deliver; `*` for any.
    pub sources: Vec<SmolStr>,
    pub destinations: Vec<Destination>,
    /// Kinds that may be delivered into namespaces; empty for all but the denied.
    pub allowed_kinds: Vec<SmolStr>,
    pub denied_kinds: Vec<SmolStr>,
    /// Groups of people that may create or change applications in it.
    pub managers: Vec<SmolStr>,
    /// When applications may be brought in line with what is written, and when not.
    pub windows: Vec<SyncWindow>,
}

/// Hours in which Argo CD syncs nothing, or the only ones in which it does.
#[derive(Debug, Clone)]
pub struct SyncWindow {
    pub denies: bool,
    /// When it begins, as cron writes it.
    pub schedule: SmolStr,
    pub duration: SmolStr,
    /// The time zone of the schedule.
    pub zone: SmolStr,
    /// Patterns of names of applications, namespaces and clusters; one of them is enough.
    pub of: Vec<SmolStr>,
    /// True where people may sync all the same.
    pub lets_people: bool,
    pub origin: OriginId,
}

#[derive(Debug, Clone)]
pub struct Destination {
    /// `*` for every namespace.
    pub namespace: SmolStr,
    pub origin: OriginId,
}
