//! Maps with text keys, in the order in which Go prints and ranges over them.

use std::collections::BTreeMap;

use kai_core::OriginId;
use smol_str::SmolStr;

use super::Value;

/// A map of a running template.
#[derive(Debug, Clone, Default)]
pub(crate) struct Map {
    pub(crate) kind: MapType,
    entries: BTreeMap<SmolStr, Entry>,
}

#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) key_origin: OriginId,
    pub(crate) value: Value,
}

/// What Go calls the type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum MapType {
    /// `map[string]interface {}`
    #[default]
    Any,
    /// `chartutil.Values`: the same, with methods.
    Values,
    /// `map[string]string`: a missing key is the empty text.
    Strings,
}

impl Map {
    pub(crate) fn new(kind: MapType) -> Self {
        Self { kind, entries: BTreeMap::new() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        self.entries.get(key).map(|it| &it.value)
    }

    pub(crate) fn contains(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// Sets a key; one that is there keeps the origin of its key.
    pub(crate) fn set(&mut self, key: impl Into<SmolStr>, value: Value) {
        match self.entries.entry(key.into()) {
            std::collections::btree_map::Entry::Occupied(mut it) => it.get_mut().value = value,
            std::collections::btree_map::Entry::Vacant(it) => {
                it.insert(Entry { key_origin: OriginId::NONE, value });
            }
        }
    }

    pub(crate) fn insert(&mut self, key: SmolStr, entry: Entry) {
        self.entries.insert(key, entry);
    }

    pub(crate) fn remove(&mut self, key: &str) -> Option<Entry> {
        self.entries.remove(key)
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (&SmolStr, &Entry)> {
        self.entries.iter()
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &Value> {
        self.entries.values().map(|it| &it.value)
    }
}
