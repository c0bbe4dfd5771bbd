//! JSON Patch (RFC 6902), as Kustomize applies it.
//!
//! Kustomize uses evanphx/json-patch v4, which is laxer than the RFC: `replace` of a key that a
//! mapping lacks adds it, `copy` of such a key copies null, negative indices count from the end, a
//! missing `value` is null, a path that does not begin with `/` loses its first part, and a scalar
//! that replaces the whole object is ignored.

use kai_core::{Node, Origins, Role, Scalar, ScalarKind, Value};

use super::strategic_merge::shape;
use super::{PatchError, mark};

/// Applies a list of operations in order.
///
/// # Errors
/// An operation is malformed or does not fit the target, which is then as it was.
pub fn json_patch(
    target: &mut Node,
    operations: &Node,
    origins: &Origins,
) -> Result<(), PatchError> {
    if !operations.is_seq() {
        let (found, at) = (shape(operations), operations.origin);
        return Err(PatchError::NotOperations { found, at });
    }
    let mut result = target.clone();
    for (index, node) in operations.items().iter().enumerate() {
        let operation = Operation { node, origins };
        operation.apply(&mut result).map_err(|reason| operation.refused(index + 1, reason))?;
    }
    *target = result;
    Ok(())
}

struct Operation<'a> {
    node: &'a Node,
    origins: &'a Origins,
}

type Step<T = ()> = Result<T, String>;

impl Operation<'_> {
    fn refused(&self, number: usize, reason: String) -> PatchError {
        let text = |key| self.node.get(key).and_then(Node::text).unwrap_or_default().to_owned();
        let at = self.node.get("path").unwrap_or(self.node).origin;
        PatchError::Operation { number, operation: text("op"), path: text("path"), reason, at }
    }

    fn apply(&self, root: &mut Node) -> Step {
        match self.text("op")? {
            "add" => self.add(root, &self.value()),
            "remove" => self.take(root, self.text("path")?).map(|_| ()),
            "replace" => self.replace(root),
            "move" => {
                let value = self.take(root, self.text("from")?)?;
                self.put(root, self.carried(value))
            }
            "copy" => {
                let value = get(root, self.text("from")?)?;
                let value = value.cloned().unwrap_or_else(|| Node::null(self.node.origin));
                self.put(root, self.carried(value))
            }
            "test" => self.test(root),
            other => Err(format!("`{other}` is not an operation")),
        }
    }

    fn text(&self, key: &str) -> Step<&str> {
        let value = self.node.get(key).ok_or_else(|| format!("it has no `{key}`"))?;
        value.as_str().ok_or_else(|| format!("its `{key}` is not a string"))
    }

    fn value(&self) -> Node {
        self.node.get("value").cloned().unwrap_or_else(|| Node::null(self.node.origin))
    }

    /// A value that was elsewhere in the object: its text is where it always was.
    fn carried(&self, mut value: Node) -> Node {
        let from = self.node.get("from").unwrap_or(self.node).origin;
        value.origin = self.origins.replaced(Role::Patched, value.origin, Some(from));
        value
    }

    fn add(&self, root: &mut Node, value: &Node) -> Step {
        let path = self.text("path")?;
        let value = match get(root, path) {
            // A list gets one more item; a mapping's value is replaced.
            Ok(Some(before)) if parent(root, path)?.as_map().is_some() => {
                mark::overwritten(before, value, self.origins)
            }
            _ => mark::added(value, self.origins),
        };
        self.put(root, value)
    }

    fn put(&self, root: &mut Node, value: Node) -> Step {
        let path = self.text("path")?;
        let key_origin = self.node.get("path").unwrap_or(self.node).origin;
        let (place, key) = parent_mut(root, path)?;
        if let Some(map) = place.map_mut() {
            map.set(&key, key_origin, value);
            return Ok(());
        }
        let Some(items) = place.seq_mut() else { return Err(no_parent(path)) };
        let at = if key == "-" { items.len() } else { index(&key, items.len() + 1)? };
        items.insert(at, value);
        Ok(())
    }

    fn replace(&self, root: &mut Node) -> Step {
        let (path, value) = (self.text("path")?, self.value());
        if path.is_empty() {
            if self.node.get("value").is_none() {
                return Err("it has no `value`".to_owned());
            }
            if value.is_seq() {
                return Err("the whole object can only become a mapping".to_owned());
            }
            if value.as_map().is_some() {
                *root = mark::overwritten(root, &value, self.origins);
            }
            return Ok(());
        }
        let value = match get(root, path)? {
            Some(before) => mark::overwritten(before, &value, self.origins),
            None => mark::added(&value, self.origins),
        };
        let key_origin = self.node.get("path").unwrap_or(self.node).origin;
        let (place, key) = parent_mut(root, path)?;
        if let Some(map) = place.map_mut() {
            map.set(&key, key_origin, value);
        } else if let Some(items) = place.seq_mut() {
            let at = index(&key, items.len())?;
            items[at] = value;
        }
        Ok(())
    }

    fn take(&self, root: &mut Node, path: &str) -> Step<Node> {
        let (place, key) = parent_mut(root, path)?;
        if let Some(map) = place.map_mut() {
            let entry = map.remove(&key).ok_or_else(|| format!("there is no `{key}` to remove"))?;
            return Ok(entry.node);
        }
        let Some(items) = place.seq_mut() else { return Err(no_parent(path)) };
        let at = index(&key, items.len())?;
        Ok(items.remove(at))
    }

    fn test(&self, root: &Node) -> Step {
        let (path, wanted) = (self.text("path")?, self.value());
        let found = if path.is_empty() { Some(root) } else { get(root, path)? };
        let same = match found {
            Some(found) => equal(found, &wanted),
            None => wanted.is_null() && self.node.get("value").is_some(),
        };
        if same { Ok(()) } else { Err("the value is another one".to_owned()) }
    }
}

/// The parts of a path but the last, and the last. Parts of one path are few.
fn split(path: &str) -> Step<(Vec<String>, String)> {
    let decode = |part: &str| {
        // One pass: `~01` is `~1`, not `/`.
        let parts: Vec<String> = part.split("~1").map(|it| it.replace("~0", "~")).collect();
        parts.join("/")
    };
    let mut parts: Vec<String> = path.split('/').skip(1).map(decode).collect();
    let last = parts.pop().ok_or_else(|| format!("`{path}` names no place in the object"))?;
    Ok((parts, last))
}

fn no_parent(path: &str) -> String {
    format!("the object has nothing on the way to `{path}`")
}

/// An index into a list of `length` items, from its end where negative.
fn index(key: &str, length: usize) -> Step<usize> {
    let wanted: i64 = key.parse().map_err(|_| format!("`{key}` is not an index of the list"))?;
    let index = if wanted < 0 { wanted + length as i64 } else { wanted };
    usize::try_from(index)
        .ok()
        .filter(|&it| it < length)
        .ok_or_else(|| format!("the list has no index {wanted}"))
}

fn parent<'n>(root: &'n Node, path: &str) -> Step<&'n Node> {
    let (parts, _) = split(path)?;
    let mut place = root;
    for part in &parts {
        let next = child(place, part).ok().flatten();
        place = next.ok_or_else(|| no_parent(path))?;
    }
    Ok(place)
}

/// What stands at a path; nothing where a mapping lacks the last key.
fn get<'n>(root: &'n Node, path: &str) -> Step<Option<&'n Node>> {
    let (_, key) = split(path)?;
    let place = parent(root, path)?;
    if place.as_map().is_none() && !place.is_seq() {
        return Err(no_parent(path));
    }
    child(place, &key)
}

fn child<'n>(place: &'n Node, key: &str) -> Step<Option<&'n Node>> {
    match &place.value {
        Value::Map(map) => Ok(map.get(key)),
        Value::Seq(items) => index(key, items.len()).map(|it| Some(&items[it])),
        Value::Scalar(_) | Value::Unknown(_) => Ok(None),
    }
}

fn parent_mut<'n>(root: &'n mut Node, path: &str) -> Step<(&'n mut Node, String)> {
    // Looks first, so that a refused operation copies nothing.
    parent(root, path)?;
    let (parts, key) = split(path)?;
    let mut place = root;
    for part in &parts {
        let next = match &mut place.value {
            Value::Map(_) => place.get_mut(part),
            Value::Seq(_) => match place.seq_mut() {
                Some(items) => {
                    let at = index(part, items.len())?;
                    items.get_mut(at)
                }
                None => None,
            },
            Value::Scalar(_) | Value::Unknown(_) => None,
        };
        place = next.ok_or_else(|| no_parent(path))?;
    }
    Ok((place, key))
}

/// Equal as JSON values.
fn equal(left: &Node, right: &Node) -> bool {
    match (&left.value, &right.value) {
        (Value::Scalar(left), Value::Scalar(right)) => equal_scalars(left, right),
        (Value::Seq(left), Value::Seq(right)) => {
            left.len() == right.len() && left.iter().zip(right.iter()).all(|(l, r)| equal(l, r))
        }
        (Value::Map(left), Value::Map(right)) => {
            let has = |key: &str, node: &Node| right.get(key).is_some_and(|it| equal(node, it));
            left.len() == right.len() && left.iter().all(|it| has(&it.key, &it.node))
        }
        _ => false,
    }
}

fn equal_scalars(left: &Scalar, right: &Scalar) -> bool {
    let number = |it: &Scalar| matches!(it.kind, ScalarKind::Int | ScalarKind::Float);
    match (left.kind, right.kind) {
        (ScalarKind::Null, ScalarKind::Null) => true,
        (ScalarKind::Bool, ScalarKind::Bool) => left.as_bool() == right.as_bool(),
        (ScalarKind::Str, ScalarKind::Str) => left.text == right.text,
        _ if number(left) && number(right) => left.as_float() == right.as_float(),
        _ => false,
    }
}
