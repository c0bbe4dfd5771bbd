//! For how long a client may keep a list.

use rmcp::model::{
    CacheScope, ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult,
    ListToolsResult,
};

/// Lists do not change while a server runs.
const FRESH_MS: u64 = 300_000;

/// A list that a client may keep for itself.
pub trait Kept {
    /// The list, and the time for which it holds.
    #[must_use]
    fn kept(self) -> Self;
}

impl Kept for ListToolsResult {
    fn kept(self) -> Self {
        self.with_ttl_ms(FRESH_MS).with_cache_scope(CacheScope::Private)
    }
}

impl Kept for ListResourcesResult {
    fn kept(self) -> Self {
        self.with_ttl_ms(FRESH_MS).with_cache_scope(CacheScope::Private)
    }
}

impl Kept for ListResourceTemplatesResult {
    fn kept(self) -> Self {
        self.with_ttl_ms(FRESH_MS).with_cache_scope(CacheScope::Private)
    }
}

impl Kept for ListPromptsResult {
    fn kept(self) -> Self {
        self.with_ttl_ms(FRESH_MS).with_cache_scope(CacheScope::Private)
    }
}
