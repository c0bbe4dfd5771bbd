//! Roles: who may become one, and what it may do.

use kai_core::{Known, OriginId, SmolStr};

use super::Policy;

/// A role that programs, people and pipelines become.
#[derive(Debug, Clone)]
pub struct CloudRole {
    pub cloud_name: Known<SmolStr>,
    /// Who may become it.
    pub trust: Known<Policy>,
    /// What lets it do everything: the policy, and where it is given.
    pub powers: Vec<(SmolStr, OriginId)>,
}
