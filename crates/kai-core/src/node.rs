//! The effective tree: what a tool would apply, every key and value with its origin.
//!
//! Collections are shared: cloning a tree copies a pointer, and changing one place copies only the
//! collections on the way to it.

use std::sync::Arc;

use smol_str::SmolStr;

use crate::{OriginId, Reason, Scalar, ScalarKind};

/// A value and where it came from.
#[derive(Debug, Clone)]
pub struct Node {
    pub origin: OriginId,
    pub value: Value,
}

/// What a value is.
#[derive(Debug, Clone)]
pub enum Value {
    Scalar(Scalar),
    Seq(Arc<Vec<Node>>),
    Map(Arc<Map>),
    /// Nobody can know it from the text alone.
    Unknown(Arc<Unknown>),
}

/// Why a value is not known, and what is known of it all the same.
#[derive(Debug, Clone)]
pub struct Unknown {
    pub reason: Reason,
    /// The text that stands for it, for messages.
    pub text: SmolStr,
}

/// Keys in the order in which they were written.
#[derive(Debug, Clone, Default)]
pub struct Map {
    entries: Vec<Entry>,
}

/// One key and its value.
#[derive(Debug, Clone)]
pub struct Entry {
    pub key: SmolStr,
    pub key_origin: OriginId,
    pub node: Node,
}

impl Node {
    #[must_use]
    pub fn new(value: Value, origin: OriginId) -> Self {
        Self { origin, value }
    }

    #[must_use]
    pub fn string(text: impl Into<SmolStr>, origin: OriginId) -> Self {
        Self::new(Value::Scalar(Scalar::string(text)), origin)
    }

    #[must_use]
    pub fn int(value: i64, origin: OriginId) -> Self {
        Self::new(Value::Scalar(Scalar::int(value)), origin)
    }

    #[must_use]
    pub fn map(map: Map, origin: OriginId) -> Self {
        Self::new(Value::Map(Arc::new(map)), origin)
    }

    #[must_use]
    pub fn seq(items: Vec<Self>, origin: OriginId) -> Self {
        Self::new(Value::Seq(Arc::new(items)), origin)
    }

    #[must_use]
    pub fn null(origin: OriginId) -> Self {
        Self::new(Value::Scalar(Scalar::null()), origin)
    }

    #[must_use]
    pub fn as_map(&self) -> Option<&Map> {
        if let Value::Map(map) = &self.value { Some(map) } else { None }
    }

    /// The items of a sequence; nothing for other values.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        if let Value::Seq(items) = &self.value { items } else { &[] }
    }

    #[must_use]
    pub fn is_seq(&self) -> bool {
        matches!(self.value, Value::Seq(_))
    }

    #[must_use]
    pub fn as_scalar(&self) -> Option<&Scalar> {
        if let Value::Scalar(scalar) = &self.value { Some(scalar) } else { None }
    }

    /// The text of a string scalar.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        self.as_scalar().and_then(Scalar::as_str)
    }

    /// The text of any scalar but null, whatever its type.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.as_scalar().filter(|it| it.kind != ScalarKind::Null).map(|it| it.text.as_str())
    }

    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        self.as_scalar().and_then(Scalar::as_int)
    }

    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        self.as_scalar().and_then(Scalar::as_bool)
    }

    #[must_use]
    pub fn is_null(&self) -> bool {
        self.as_scalar().is_some_and(|it| it.kind == ScalarKind::Null)
    }

    /// The value under one key of a mapping.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_map().and_then(|map| map.get(key))
    }

    /// The value at the end of a path of keys.
    #[must_use]
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The string at the end of a path of keys.
    #[must_use]
    pub fn str_at(&self, path: &[&str]) -> Option<&str> {
        self.at(path).and_then(Self::as_str)
    }

    /// True where two trees hold the same, in whatever order and wherever it is written.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        match (&self.value, &other.value) {
            (Value::Scalar(one), Value::Scalar(other)) => {
                one.text == other.text && one.kind == other.kind
            }
            (Value::Seq(one), Value::Seq(other)) => {
                one.len() == other.len()
                    && one.iter().zip(&**other).all(|(one, other)| one.says_the_same(other))
            }
            (Value::Map(one), Value::Map(other)) => {
                let is_in =
                    |it: &Entry| other.get(&it.key).is_some_and(|at| it.node.says_the_same(at));
                one.len() == other.len() && one.iter().all(is_in)
            }
            (Value::Unknown(one), Value::Unknown(other)) => one.text == other.text,
            _ => false,
        }
    }

    /// The mapping, its own copy if others share it; nothing for other values.
    pub fn map_mut(&mut self) -> Option<&mut Map> {
        if let Value::Map(map) = &mut self.value { Some(Arc::make_mut(map)) } else { None }
    }

    /// The sequence, its own copy if others share it; nothing for other values.
    pub fn seq_mut(&mut self) -> Option<&mut Vec<Self>> {
        if let Value::Seq(items) = &mut self.value { Some(Arc::make_mut(items)) } else { None }
    }

    /// The value under one key, for changing; copies what is shared on the way.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        // Looks first, so that a miss copies nothing.
        self.get(key)?;
        self.map_mut()?.get_mut(key)
    }

    /// The value at the end of a path of keys, for changing; copies what is shared on the way.
    pub fn at_mut(&mut self, path: &[&str]) -> Option<&mut Self> {
        self.at(path)?;
        path.iter().try_fold(self, |node, key| node.get_mut(key))
    }
}

impl Map {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn from_entries(mut entries: Vec<Entry>) -> Self {
        entries.shrink_to_fit();
        Self { entries }
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub fn iter(&self) -> std::slice::Iter<'_, Entry> {
        self.entries.iter()
    }

    /// The entries, for changing in place, sorting or draining.
    pub fn entries_mut(&mut self) -> &mut Vec<Entry> {
        &mut self.entries
    }

    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|it| it.key == key)
    }

    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|it| &it.node)
    }

    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.entries.iter_mut().find(|it| it.key == key).map(|it| &mut it.node)
    }

    /// Sets a key, keeping its place and its key's origin when it is already there.
    pub fn set(&mut self, key: &str, key_origin: OriginId, node: Node) {
        match self.get_mut(key) {
            Some(place) => *place = node,
            None => self.entries.push(Entry { key: key.into(), key_origin, node }),
        }
    }

    pub fn remove(&mut self, key: &str) -> Option<Entry> {
        let index = self.entries.iter().position(|it| it.key == key)?;
        Some(self.entries.remove(index))
    }
}

impl<'a> IntoIterator for &'a Map {
    type Item = &'a Entry;
    type IntoIter = std::slice::Iter<'a, Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.iter()
    }
}
