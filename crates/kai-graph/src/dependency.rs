//! An arrow between two components.

use kai_core::{ComponentId, OriginId};

/// `source` needs `target`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dependency {
    pub source: ComponentId,
    pub target: ComponentId,
    pub kind: DependencyKind,
    pub strength: Strength,
    /// The text that shows it.
    pub origin: OriginId,
}

/// Hard: the source cannot do its work without the target. Soft: it can, worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    Hard,
    Soft,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DependencyKind {
    /// A route sends traffic to a path, a path to pods.
    Routes,
    /// A configuration, variable or argument names its address.
    Calls,
    /// It waits for it before it starts.
    WaitsFor,
    /// It mounts it.
    Mounts,
    /// It reads settings from it.
    ReadsConfiguration,
    /// It reads secrets from it.
    ReadsSecret,
    /// It acts as it.
    ActsAs,
    /// It pulls its image from it.
    PullsFrom,
    /// A control acts on its target (a budget on pods, an autoscaler on a workload).
    Controls,
    /// A backup copies it.
    BacksUp,
    /// The API asks it before it accepts a change.
    AskedBy,
    /// Its liveness probe asks it.
    LivesBy,
    /// A plan keeps copies in a vault.
    KeepsIn,
    /// It runs an image that a pipeline or a file makes. What runs goes on without them.
    BuiltBy,
}

impl DependencyKind {
    /// As a verb: what the source does with the target.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Routes => "routes to",
            Self::Calls => "calls",
            Self::WaitsFor => "waits for",
            Self::Mounts => "mounts",
            Self::ReadsConfiguration => "reads settings from",
            Self::ReadsSecret => "reads secrets from",
            Self::ActsAs => "acts as",
            Self::PullsFrom => "pulls from",
            Self::Controls => "controls",
            Self::BacksUp => "backs up",
            Self::AskedBy => "asks",
            Self::LivesBy => "is restarted without",
            Self::KeepsIn => "keeps copies in",
            Self::BuiltBy => "is built by",
        }
    }
}
