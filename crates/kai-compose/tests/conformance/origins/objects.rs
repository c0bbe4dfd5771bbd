//! What was rendered, so that two renders can be compared value by value.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use camino::Utf8Path;
use kai_core::{Node, OriginId, Origins, Scalar, Value};

/// The objects of a composition by the place where they are written, so that one that is renamed
/// stays the same.
pub(super) struct Objects(BTreeMap<String, Node>);

/// The scalars of some objects: what they say, and their origins.
pub(super) type Scalars = BTreeMap<String, (Scalar, OriginId)>;

impl Objects {
    /// With places as they were before a file grew at one of its bytes.
    pub(super) fn of(objects: Vec<Node>, origins: &Origins, growth: (&Utf8Path, u32, i64)) -> Self {
        let mut by_place = BTreeMap::new();
        let mut twins: BTreeMap<String, usize> = BTreeMap::new();
        for object in objects {
            let place = origins.span(object.origin).map(|it| origins.outermost(it));
            let name = place.map_or(String::new(), |it| {
                let path = &origins.document(it.document).path;
                let (grown, from, by) = growth;
                let is_after = path == grown && it.start >= from;
                format!("{path}#{}", i64::from(it.start) - if is_after { by } else { 0 })
            });
            let twin = twins.entry(name.clone()).or_default();
            by_place.insert(format!("{name}#{twin}"), object);
            *twin += 1;
        }
        Self(by_place)
    }

    pub(super) fn walk(&self, visit: &mut dyn FnMut(&str, &Node)) {
        for (place, object) in &self.0 {
            walk(object, &mut place.clone(), visit);
        }
    }

    /// The paths of scalars that say something else, are new or are gone; and the origins that
    /// the old ones have.
    pub(super) fn differing(&self, other: &Self) -> (BTreeSet<String>, BTreeMap<String, OriginId>) {
        let (mut old, mut new) = (Scalars::new(), Scalars::new());
        let places: BTreeSet<&String> = self.0.keys().chain(other.0.keys()).collect();
        for place in places {
            match (self.0.get(place), other.0.get(place)) {
                (Some(one), Some(other)) if says_the_same(one, other) => {}
                (one, other) => {
                    one.into_iter().for_each(|it| collect(it, place, &mut old));
                    other.into_iter().for_each(|it| collect(it, place, &mut new));
                }
            }
        }
        let says = |values: &Scalars, path: &String| {
            values.get(path).map(|(scalar, _)| (scalar.kind, scalar.text.clone()))
        };
        let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        let differing = paths.into_iter().filter(|it| says(&old, it) != says(&new, it)).cloned();
        (differing.collect(), old.into_iter().map(|(path, (_, origin))| (path, origin)).collect())
    }
}

fn collect(object: &Node, place: &str, scalars: &mut Scalars) {
    walk(object, &mut place.to_owned(), &mut |path, node| {
        if let Some(scalar) = node.as_scalar() {
            scalars.insert(path.to_owned(), (scalar.clone(), node.origin));
        }
    });
}

fn says_the_same(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Value::Map(one), Value::Map(other)) => {
            one.len() == other.len()
                && one.iter().zip(other.iter()).all(|(one, other)| {
                    one.key == other.key && says_the_same(&one.node, &other.node)
                })
        }
        (Value::Seq(one), Value::Seq(other)) => {
            one.len() == other.len()
                && one.iter().zip(&**other).all(|(one, other)| says_the_same(one, other))
        }
        (Value::Scalar(one), Value::Scalar(other)) => {
            one.kind == other.kind && one.text == other.text
        }
        _ => false,
    }
}

fn walk(node: &Node, path: &mut String, visit: &mut dyn FnMut(&str, &Node)) {
    let length = path.len();
    match &node.value {
        Value::Map(map) => {
            for entry in map.iter() {
                let _ = write!(path, "/{}", entry.key);
                walk(&entry.node, path, visit);
                path.truncate(length);
            }
        }
        Value::Seq(items) => {
            for (index, item) in items.iter().enumerate() {
                let _ = write!(path, "/{index}");
                walk(item, path, visit);
                path.truncate(length);
            }
        }
        Value::Scalar(_) | Value::Unknown(_) => visit(path, node),
    }
}
