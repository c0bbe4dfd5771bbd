//! Paths into objects of one type, as Kustomize's transformers take them.
//!
//! A path names the keys of mappings; sequences on the way are entered element by element without
//! being named. A key may end in `[]` to say that a sequence is expected there.

use std::sync::Arc;

use kai_core::{Map, Node, OriginId, ScalarKind, SmolStr, Value};

use super::gvk::{Gvk, GvkRef};
use super::resource::gvk_of;

/// Where a transformer works: a type of object and a path in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldSpec {
    pub(crate) gvk: Gvk,
    /// As written, with `/` between keys and `\/` for a slash in a key.
    pub(crate) path: SmolStr,
    pub(crate) keys: Arc<[SmolStr]>,
    /// What is missing on the way is made.
    pub(crate) create: bool,
}

/// What to put where a path ends and nothing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leaf {
    /// The transformer only changes what is there.
    Existing,
    Map,
    Scalar,
}

/// How to walk to the values of a [`FieldSpec`].
pub(crate) struct Visit<'a> {
    pub(crate) leaf: Leaf,
    /// The origin of collections made on the way.
    pub(crate) made_by: OriginId,
    /// Values that the change would leave alone; nothing on the way to them is copied.
    pub(crate) wanted: &'a dyn Fn(&Node) -> bool,
}

impl FieldSpec {
    pub(crate) fn new(gvk: Gvk, path: &str, create: bool) -> Self {
        Self { gvk, path: path.into(), keys: split_path(path, '/').into(), create }
    }

    /// `metadata/labels` and the like, in objects of every type, made where it is missing.
    pub(crate) fn everywhere(path: &str) -> Self {
        Self::new(Gvk::default(), path, true)
    }

    pub(crate) fn applies_to(&self, gvk: GvkRef<'_>) -> bool {
        gvk.is_selected_by(&self.gvk)
    }

    /// Calls `change` on every value that the path leads to in the object, if it is of the type.
    ///
    /// # Errors
    /// The path leads through a scalar, or `change` fails.
    pub(crate) fn visit(
        &self,
        object: &mut Node,
        how: &Visit<'_>,
        change: &mut dyn FnMut(&mut Node) -> Result<(), String>,
    ) -> Result<(), String> {
        if !self.applies_to(gvk_of(object)) {
            return Ok(());
        }
        let walk = Walk { creates: self.create && how.leaf != Leaf::Existing, how };
        if !walk.reaches(object, &self.keys) {
            return Ok(());
        }
        walk.step(object, &self.keys, change)
            .map_err(|reason| format!("considering field `{}`: {reason}", self.path))
    }
}

struct Walk<'a> {
    creates: bool,
    how: &'a Visit<'a>,
}

impl Walk<'_> {
    /// True when walking would change something, or fail.
    fn reaches(&self, node: &Node, keys: &[SmolStr]) -> bool {
        let Some((key, rest)) = keys.split_first() else { return (self.how.wanted)(node) };
        match &node.value {
            Value::Seq(items) => items.iter().any(|it| self.reaches(it, keys)),
            Value::Map(map) => {
                let (key, is_seq) = sequence_key(key);
                match map.get(key) {
                    None => self.creates && !is_seq,
                    Some(next) if next.is_null() => {
                        is_seq || self.creates || (rest.is_empty() && (self.how.wanted)(next))
                    }
                    Some(next) => self.reaches(next, rest),
                }
            }
            Value::Scalar(_) => !node.is_null(),
            Value::Unknown(_) => false,
        }
    }

    fn step(
        &self,
        node: &mut Node,
        keys: &[SmolStr],
        change: &mut dyn FnMut(&mut Node) -> Result<(), String>,
    ) -> Result<(), String> {
        let Some((key, rest)) = keys.split_first() else { return change(node) };
        match &mut node.value {
            Value::Seq(items) => {
                for index in 0..items.len() {
                    if self.reaches(&items[index], keys) {
                        self.step(&mut Arc::make_mut(items)[index], keys, change)?;
                    }
                }
                Ok(())
            }
            Value::Map(map) => {
                let (key, is_seq) = sequence_key(key);
                if key.is_empty() {
                    return Err("cannot set or create an empty field name".to_owned());
                }
                if map.get(key).is_none_or(Node::is_null)
                    && !self.make(Arc::make_mut(map), key, is_seq, rest.is_empty())
                {
                    return Ok(());
                }
                match Arc::make_mut(map).get_mut(key) {
                    Some(next) => self.step(next, rest, change),
                    None => Ok(()),
                }
            }
            Value::Scalar(scalar) if scalar.kind != ScalarKind::Null => {
                Err("expected sequence or mapping node".to_owned())
            }
            Value::Scalar(_) | Value::Unknown(_) => Ok(()),
        }
    }

    /// Fills a missing or null field; false when there is nothing to walk into afterwards.
    fn make(&self, map: &mut Map, key: &str, is_seq: bool, is_last: bool) -> bool {
        let made_by = self.how.made_by;
        let is_there = map.get(key).is_some();
        if is_seq && is_there {
            map.set(key, made_by, Node::seq(Vec::new(), made_by));
            return true;
        }
        if !self.creates || is_seq {
            return is_there;
        }
        let made = if is_last && self.how.leaf == Leaf::Scalar {
            Node::null(made_by)
        } else {
            Node::map(Map::new(), made_by)
        };
        map.set(key, made_by, made);
        true
    }
}

fn sequence_key(key: &str) -> (&str, bool) {
    key.strip_suffix("[]").map_or((key, false), |key| (key, true))
}

/// Splits a path at a delimiter; a backslash before the delimiter keeps it, and a leading delimiter
/// is dropped.
pub(crate) fn split_path(path: &str, delimiter: char) -> Vec<SmolStr> {
    let path = path.strip_prefix(delimiter).unwrap_or(path);
    let mut parts: Vec<String> = Vec::new();
    for part in path.split(delimiter) {
        match parts.last_mut() {
            Some(last) if last.ends_with('\\') => {
                last.pop();
                last.push(delimiter);
                last.push_str(part);
            }
            _ => parts.push(part.to_owned()),
        }
    }
    parts.into_iter().map(SmolStr::from).collect()
}

/// Splits a path like [`split_path`] does, but keeps what stands in brackets together:
/// `spec.containers.[name=a.b].image` has four parts. The brackets stay around `[key=value]` and
/// fall away around a plain key, `metadata.annotations.[a.b/c]`.
pub(crate) fn split_bracketed_path(path: &str, delimiter: char) -> Vec<SmolStr> {
    let mut parts = Vec::new();
    let mut split = split_path(path, delimiter).into_iter();
    while let Some(part) = split.next() {
        if !part.starts_with('[') || part.ends_with(']') {
            parts.push(part);
            continue;
        }
        let mut bracketed = part.to_string();
        for more in split.by_ref() {
            bracketed.push(delimiter);
            bracketed.push_str(&more);
            if more.ends_with(']') {
                break;
            }
        }
        if bracketed.contains('=') {
            parts.push(bracketed.into());
        } else {
            parts.push(bracketed.trim_matches(['[', ']']).into());
        }
    }
    parts
}

/// Adds a spec unless one for the same type and path is there.
///
/// # Errors
/// They differ in whether they create.
pub(crate) fn merge_one(specs: &mut Vec<FieldSpec>, new: &FieldSpec) -> Result<(), String> {
    let known =
        specs.iter().find(|it| it.path == new.path && it.gvk.by_ref().is_selected_by(&new.gvk));
    match known {
        Some(known) if known.create != new.create => {
            Err(format!("conflicting fieldspecs for `{}`", new.path))
        }
        Some(_) => Ok(()),
        None => {
            specs.push(new.clone());
            Ok(())
        }
    }
}

/// [`merge_one`] for each.
pub(crate) fn merge_all(specs: &mut Vec<FieldSpec>, new: &[FieldSpec]) -> Result<(), String> {
    new.iter().try_for_each(|it| merge_one(specs, it))
}
