//! What somebody may deliver, and where to.

use kai_core::{OriginId, SmolStr};

use crate::SyncWindow;

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

#[derive(Debug, Clone)]
pub struct Destination {
    /// `*` for every namespace.
    pub namespace: SmolStr,
    pub origin: OriginId,
}
