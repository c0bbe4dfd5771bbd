//! Lists whose items are told apart by the values under a few keys.
//!
//! Kustomize edits such lists with three operations (find, set, and join), and what it does with
//! items that lack a key, repeat one, or are empty follows from how these three compare values.
//! They are modelled one by one here, after `ElementMatcher`, `ElementSetter` and
//! `appendListNode` of kyaml 0.18, so that the sum agrees in the odd cases too.

use kai_core::{Node, ScalarKind, SmolStr, Value};

/// The values of one item under the keys of its list; empty where the item has none.
pub(super) type Tuple = Vec<SmolStr>;

/// An item that is not a mapping stands in a list that is searched by key.
pub(super) struct NotAMapping;

/// The text that comparisons see: collections have none.
pub(super) fn raw_text(node: &Node) -> &str {
    match &node.value {
        Value::Scalar(scalar) => &scalar.text,
        Value::Unknown(unknown) => &unknown.text,
        Value::Map(_) | Value::Seq(_) => "",
    }
}

/// True for null and for a mapping without entries: such items never stay in a list that merges.
pub(super) fn is_void(node: &Node) -> bool {
    node.is_null() || node.as_map().is_some_and(kai_core::Map::is_empty)
}

/// The values of an item under the keys of its list.
pub(super) fn tuple_of(item: &Node, keys: &[SmolStr]) -> Tuple {
    keys.iter()
        .map(|key| match item.get(key) {
            Some(value) if !value.is_null() => raw_text(value).into(),
            _ => SmolStr::default(),
        })
        .collect()
}

/// The distinct tuples of several lists, in order.
pub(super) fn distinct(tuples: impl Iterator<Item = Tuple>) -> Vec<Tuple> {
    let mut result: Vec<Tuple> = Vec::new();
    for tuple in tuples {
        if !result.contains(&tuple) {
            result.push(tuple);
        }
    }
    result
}

/// Fills a value that one tuple lacks from another that agrees in all the rest, so that a port
/// without a protocol and the same port with one are the same port. Kustomize then looks for both
/// by the filled values and finds only the one that has them: the other is lost.
pub(super) fn unify(tuples: &mut [Tuple]) {
    for first in 0..tuples.len() {
        // Compared as it was, so that the last one that agrees decides.
        let left = tuples[first].clone();
        for second in 0..tuples.len() {
            if let Some(unified) = unified(&left, &tuples[second]) {
                tuples[first].clone_from(&unified);
                tuples[second] = unified;
            }
        }
    }
}

fn unified(left: &Tuple, right: &Tuple) -> Option<Tuple> {
    let mut shared = false;
    let mut result = Tuple::with_capacity(left.len());
    for (left, right) in left.iter().zip(right) {
        shared |= left == right;
        if left != right && !left.is_empty() && !right.is_empty() {
            return None;
        }
        result.push(if left.is_empty() { right.clone() } else { left.clone() });
    }
    shared.then_some(result)
}

/// The keys that at least one tuple has a value for, and what this tuple has for them.
pub(super) fn usable(tuples: &[Tuple], tuple: &Tuple, keys: &[SmolStr]) -> (Vec<SmolStr>, Tuple) {
    let used =
        |index: usize| tuples.iter().any(|it| it.get(index).is_some_and(|it| !it.is_empty()));
    let indices: Vec<usize> = (0..keys.len()).filter(|&it| used(it)).collect();
    if indices.is_empty() {
        return (keys.to_vec(), tuple.clone());
    }
    let pick = |from: &[SmolStr]| indices.iter().map(|&it| from[it].clone()).collect();
    (pick(keys), pick(tuple))
}

/// The first item with these values.
pub(super) fn find(items: &[Node], keys: &[SmolStr], values: &Tuple) -> Option<usize> {
    if keys[0].is_empty() {
        return items.iter().position(|it| raw_text(it) == values[0]);
    }
    let matches = |item: &Node| {
        keys.iter()
            .zip(values)
            .all(|(key, value)| item.get(key).is_some_and(|it| raw_text(it) == value))
    };
    items.iter().position(matches)
}

/// Puts `item` in place of the items with these values, or at the end; without `item` those items
/// go. A value that is empty agrees with any value, and void items go in any case.
pub(super) fn set(
    items: &mut Vec<Node>,
    keys: &[SmolStr],
    values: &[SmolStr],
    item: Option<&Node>,
) -> Result<(), NotAMapping> {
    let by_key = !keys[0].is_empty() && values.first().is_some_and(|it| !it.is_empty());
    let mut result = Vec::with_capacity(items.len() + 1);
    let mut found = false;
    for old in items.iter().filter(|it| !is_void(it)) {
        if old.as_map().is_none() && by_key {
            result.push(old.clone());
        } else if agrees(old, keys, values)? {
            found = true;
            result.extend(item.cloned());
        } else if !values.is_empty() {
            result.push(old.clone());
        }
    }
    if !found {
        result.extend(item.cloned());
    }
    *items = result;
    Ok(())
}

/// Keys past the last value are not compared; without any value nothing agrees.
fn agrees(item: &Node, keys: &[SmolStr], values: &[SmolStr]) -> Result<bool, NotAMapping> {
    if values.is_empty() {
        return Ok(false);
    }
    for (key, value) in keys.iter().zip(values) {
        let same = if key.is_empty() {
            item.as_scalar().ok_or(NotAMapping)?.text == *value
        } else {
            let map = item.as_map().ok_or(NotAMapping)?;
            map.get(key).is_some_and(|it| value.is_empty() || raw_text(it) == value)
        };
        if !same {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Adds the items of `rest` to `items`, each in place of the item with its values.
pub(super) fn join(
    items: &mut Vec<Node>,
    rest: &[Node],
    keys: &[SmolStr],
) -> Result<(), NotAMapping> {
    for item in rest {
        if keys[0].is_empty() {
            set(items, keys, &[raw_text(item).into()], Some(item))?;
            continue;
        }
        if item.as_map().is_none() && !item.is_null() {
            return Err(NotAMapping);
        }
        let mut values = Tuple::new();
        for key in keys {
            match item.get(key) {
                Some(value) => values.push(raw_text(value).into()),
                None => items.push(item.clone()),
            }
        }
        // With several keys the joined item moves to the end.
        if keys.len() > 1 {
            set(items, keys, &values, None)?;
        }
        set(items, keys, &values, Some(item))?;
    }
    Ok(())
}

/// True when every item has a value under the same keys, the first included, no two items agree
/// and none is void: then merging the list with itself changes only what is inside the items.
pub(super) fn is_regular(items: &[Node], keys: &[SmolStr]) -> bool {
    let tuples: Vec<Tuple> = items.iter().map(|it| tuple_of(it, keys)).collect();
    let filled = |tuple: &Tuple| tuple.iter().map(|it| !it.is_empty()).collect::<Vec<_>>();
    let Some(first) = tuples.first() else { return true };
    filled(first)[0]
        && items.iter().all(|it| !is_void(it))
        && tuples.iter().all(|it| filled(it) == filled(first))
        && tuples.iter().enumerate().all(|(at, it)| !tuples[..at].contains(it))
}

/// True for a scalar list without nulls or repeated values.
pub(super) fn is_regular_set(items: &[Node]) -> bool {
    let scalar = |it: &Node| it.as_scalar().is_some_and(|it| it.kind != ScalarKind::Null);
    items.iter().all(scalar)
        && items.iter().enumerate().all(|(at, it)| {
            !raw_text(it).is_empty()
                && items[..at].iter().all(|other| raw_text(other) != raw_text(it))
        })
}
