//! What a cloud runs and a configuration of it declares.

use kai_core::{Known, SmolStr};

use crate::Material;

/// Whose cloud it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cloud {
    Amazon,
    Google,
}

/// A database that a cloud runs.
#[derive(Debug, Clone)]
pub struct ManagedDatabase {
    pub cloud: Cloud,
    /// What the cloud calls it.
    pub cloud_name: Known<SmolStr>,
    /// True where it copies itself away on a schedule.
    pub has_backup: Known<bool>,
    /// True where it can be set back to any moment.
    pub has_point_in_time: Known<bool>,
    /// True where the cloud or the tool refuses to delete it.
    pub is_protected: Known<bool>,
    /// Passwords that stand in the configuration.
    pub material: Vec<Material>,
}
