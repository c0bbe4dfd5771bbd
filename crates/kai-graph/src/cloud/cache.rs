//! Caches that a cloud runs, which are queues and stores as often.

use kai_core::{Known, SmolStr};

/// A cache that a cloud runs: Redis, Valkey, Memcached.
#[derive(Debug, Clone)]
pub struct ManagedCache {
    pub cloud_name: Known<SmolStr>,
    pub engine: Known<SmolStr>,
    /// What somebody says that it is for.
    pub description: Known<SmolStr>,
    /// True where it copies itself away on a schedule.
    pub has_backup: Known<bool>,
    /// True where another node takes over, in another zone.
    pub has_standby: Known<bool>,
    pub node_type: Known<SmolStr>,
    /// True where a change waits for no window.
    pub is_changed_at_once: Known<bool>,
}
