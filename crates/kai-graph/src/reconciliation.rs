//! Orders to a controller to keep something applied: Argo CD's Applications, Flux' Kustomizations and
//! releases.

use kai_core::{Known, OriginId, SmolStr};

use crate::ObjectRef;

#[derive(Debug, Clone)]
pub struct Reconciliation {
    pub controller: Reconciler,
    pub sources: Vec<Upstream>,
    /// Objects that vanish from the source are deleted.
    pub prunes: Known<bool>,
    pub is_suspended: Known<bool>,
    /// True where it counts as ready only when what it applied is ready.
    pub waits: Known<bool>,
    /// What must be ready before it is applied.
    pub needs: Vec<ObjectRef>,
    /// True where objects are deleted and made again instead of changed.
    pub forces: Known<bool>,
    /// True where deleting it deletes what it applied.
    pub cascades: Known<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reconciler {
    ArgoCd,
    Flux,
}

/// Where what is applied comes from.
#[derive(Debug, Clone)]
pub struct Upstream {
    /// The chart's name, if it is one.
    pub chart: Option<SmolStr>,
    pub repository: SmolStr,
    /// The folder in the repository.
    pub path: SmolStr,
    /// A tag, branch, commit or range of versions.
    pub revision: Known<SmolStr>,
    pub origin: OriginId,
}
