//! How a version comes from one stage to the next, and what starts the builds that make it.

use kai_core::{Known, OriginId, SmolStr};

use super::Naming;
use crate::{Cloud, Event};

/// What starts a build, and as whom.
#[derive(Debug, Clone)]
pub struct BuildTrigger {
    pub cloud: Cloud,
    pub event: Event,
    pub event_origin: OriginId,
    /// The file of steps, from the top of the repository.
    pub file: Known<SmolStr>,
    /// The repository whose file that is, as the service names it: `acme/shop`.
    pub repository: Known<SmolStr>,
    /// Whom it runs as; none where it is left to the service.
    pub account: Option<Naming>,
    /// Whose proposals wait until somebody who may write says yes.
    pub asks: Known<Asks>,
}

/// Whose proposals are built only after somebody says yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Asks {
    Nobody,
    Strangers,
    Everybody,
}

/// Stages that a version passes one after the other.
#[derive(Debug, Clone)]
pub struct Promotion {
    pub cloud: Cloud,
    pub cloud_name: Known<SmolStr>,
    pub stages: Vec<Stage>,
}

#[derive(Debug, Clone)]
pub struct Stage {
    /// What the target is called.
    pub target: Known<SmolStr>,
    /// What of the delivered configuration is switched on.
    pub profiles: Vec<SmolStr>,
    /// True where the version is tried after it is there, and a failure fails the rollout.
    pub is_verified: Known<bool>,
    pub origin: OriginId,
}

/// Where a stage puts a version.
#[derive(Debug, Clone)]
pub struct DeliveryTarget {
    pub cloud: Cloud,
    pub cloud_name: Known<SmolStr>,
    /// True where somebody must say yes before each rollout.
    pub needs_approval: Known<bool>,
    /// Whom the rollout runs as.
    pub account: Option<Naming>,
    /// The cluster or its membership in a fleet.
    pub cluster: Option<Naming>,
}
