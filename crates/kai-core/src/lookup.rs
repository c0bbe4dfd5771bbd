//! A hash table that can be asked but not walked.

use std::borrow::Borrow;
use std::hash::Hash;

use foldhash::fast::RandomState;

/// For hot paths that only look up: iteration order cannot leak because there is no iteration.
#[derive(Debug, Clone)]
#[expect(clippy::disallowed_types, reason = "this is the one place that wraps it")]
pub struct Lookup<K, V>(std::collections::HashMap<K, V, RandomState>);

#[expect(clippy::disallowed_types, reason = "this is the one place that wraps it")]
impl<K, V> Default for Lookup<K, V> {
    fn default() -> Self {
        Self(std::collections::HashMap::default())
    }
}

impl<K: Hash + Eq, V> Lookup<K, V> {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With room for so many keys.
    #[must_use]
    #[expect(clippy::disallowed_types, reason = "this is the one place that wraps it")]
    pub fn with_room(keys: usize) -> Self {
        Self(std::collections::HashMap::with_capacity_and_hasher(keys, RandomState::default()))
    }

    pub fn get<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.0.get(key)
    }

    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.0.insert(key, value)
    }

    /// The value under the key, made first if it is not there.
    pub fn get_or_insert_with(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        self.0.entry(key).or_insert_with(make)
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
