//! Paths to one field of one object, as vars and replacements write them: keys, indices,
//! `[key=value]` and, for targets, `*`.

use std::sync::Arc;

use kai_core::{Entry, Map, Node, OriginId, SmolStr, Value};
use regex::Regex;

/// Cuts `ports[0]` into `ports` and `0`.
pub(crate) fn with_indices(parts: Vec<SmolStr>) -> Vec<SmolStr> {
    let mut cut = Vec::with_capacity(parts.len());
    for part in parts {
        let indexed = part.strip_suffix(']').and_then(|it| it.rsplit_once('['));
        match indexed {
            Some((key, index))
                if !index.is_empty() && index.bytes().all(|it| it.is_ascii_digit()) =>
            {
                if !key.is_empty() {
                    cut.push(key.into());
                }
                cut.push(index.into());
            }
            _ => cut.push(part),
        }
    }
    cut
}

/// The value at a path; nothing where the path ends early.
///
/// # Errors
/// The path asks for a key of a list, or has a part that means nothing.
pub(crate) fn look_up<'a>(object: &'a Node, path: &[SmolStr]) -> Result<Option<&'a Node>, String> {
    let mut node = object;
    for part in path.iter().map(|it| it.trim()).filter(|it| !it.is_empty()) {
        if node.is_null() {
            return Ok(None);
        }
        let next = if let Ok(index) = part.parse::<usize>() {
            items(node)?.get(index)
        } else if part == "-" {
            items(node)?.last()
        } else if part == "*" {
            return Err("wildcard is not supported for a source".to_owned());
        } else if is_list_index(part) {
            let (key, value) = split_list_index(part)?;
            items(node)?.iter().find(|it| {
                let field = if key.is_empty() { Some(*it) } else { it.get(key) };
                field.and_then(Node::as_scalar).is_some_and(|it| it.text == value)
            })
        } else {
            let Value::Map(map) = &node.value else {
                return Err(format!("`{part}` is looked for in something that is no mapping"));
            };
            map.get(part)
        };
        match next {
            Some(next) => node = next,
            None => return Ok(None),
        }
    }
    Ok(Some(node))
}

/// What to make of missing parts of a path.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Missing {
    Refuse,
    /// Made along the way; the origin of what is made.
    Make {
        kind: Made,
        by: OriginId,
    },
}

/// What stands at the end of a path that was made.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Made {
    Scalar,
    Map,
    Seq,
}

/// Calls `change` on every value that the path leads to, and counts them.
///
/// # Errors
/// The path does not fit the object, or `change` fails.
pub(crate) fn visit(
    node: &mut Node,
    path: &[SmolStr],
    missing: Missing,
    change: &mut dyn FnMut(&mut Node) -> Result<(), String>,
) -> Result<usize, String> {
    let Some((part, rest)) = path.split_first() else {
        change(node)?;
        return Ok(1);
    };
    if node.is_null() {
        return Ok(0);
    }
    if let Ok(index) = part.parse::<usize>() {
        return visit_index(node, index, rest, missing, change);
    }
    if is_list_index(part) {
        return visit_matches(node, part, rest, missing, change);
    }
    if part == "*" {
        let items = items_mut(node)?;
        return items.iter_mut().try_fold(0, |sum, it| Ok(sum + visit(it, rest, missing, change)?));
    }
    visit_field(node, part, rest, missing, change)
}

fn visit_field(
    node: &mut Node,
    key: &str,
    rest: &[SmolStr],
    missing: Missing,
    change: &mut dyn FnMut(&mut Node) -> Result<(), String>,
) -> Result<usize, String> {
    let Some(map) = node.map_mut() else {
        return Err(format!("`{key}` is looked for in something that is no mapping"));
    };
    if map.get(key).is_none() {
        let Missing::Make { kind, by } = missing else { return Ok(0) };
        map.set(key, by, made(rest.first(), kind, by));
    }
    map.get_mut(key).map_or(Ok(0), |it| visit(it, rest, missing, change))
}

fn visit_index(
    node: &mut Node,
    index: usize,
    rest: &[SmolStr],
    missing: Missing,
    change: &mut dyn FnMut(&mut Node) -> Result<(), String>,
) -> Result<usize, String> {
    let items = items_mut(node)?;
    if let Missing::Make { kind, by } = missing
        && items.len() == index
    {
        items.push(made(rest.first(), kind, by));
    }
    let count = items.len();
    match items.get_mut(index) {
        Some(item) => visit(item, rest, missing, change),
        None => Err(format!("index {index} specified but only {count} elements found")),
    }
}

fn visit_matches(
    node: &mut Node,
    part: &str,
    rest: &[SmolStr],
    missing: Missing,
    change: &mut dyn FnMut(&mut Node) -> Result<(), String>,
) -> Result<usize, String> {
    let (key, pattern) = split_list_index(part)?;
    let regex =
        Regex::new(pattern).map_err(|_| format!("`{pattern}` is no valid regular expression"))?;
    let matches = |item: &Node| {
        let field = if key.is_empty() { Some(item) } else { item.get(key) };
        field.and_then(Node::as_scalar).is_some_and(|it| regex.is_match(&it.text))
    };
    let items = items_mut(node)?;
    let mut count = 0;
    for item in items.iter_mut().filter(|it| matches(it)) {
        // An element that is the text itself has no path into it.
        let rest = if key.is_empty() { &[] } else { rest };
        count += visit(item, rest, missing, change)?;
    }
    let Missing::Make { by, .. } = missing else { return Ok(count) };
    if count > 0 {
        return Ok(count);
    }
    let value = Node::string(pattern, by);
    let item = if key.is_empty() {
        value
    } else {
        let entry = Entry { key: key.into(), key_origin: by, node: value };
        Node::map(Map::from_entries(vec![entry]), by)
    };
    items.push(item);
    let made = items.last_mut().filter(|it| matches(it));
    let rest = if key.is_empty() { &[] } else { rest };
    made.map_or(Ok(0), |it| visit(it, rest, missing, change))
}

/// What a missing part becomes: a list where an index follows, a mapping where a key follows.
fn made(next: Option<&SmolStr>, kind: Made, by: OriginId) -> Node {
    match next {
        Some(next) if is_list_index(next) || next.parse::<usize>().is_ok() => {
            Node::seq(Vec::new(), by)
        }
        Some(_) => Node::map(Map::new(), by),
        None => match kind {
            Made::Scalar => Node::null(by),
            Made::Map => Node::map(Map::new(), by),
            Made::Seq => Node::seq(Vec::new(), by),
        },
    }
}

fn is_list_index(part: &str) -> bool {
    part.starts_with('[') && part.ends_with(']')
}

fn split_list_index(part: &str) -> Result<(&str, &str), String> {
    part.strip_prefix('[')
        .and_then(|it| it.strip_suffix(']'))
        .and_then(|it| it.split_once('='))
        .ok_or_else(|| {
            "list path element must contain fieldName=fieldValue for element to match".to_owned()
        })
}

fn items(node: &Node) -> Result<&[Node], String> {
    if node.is_seq() {
        Ok(node.items())
    } else {
        Err("wrong node kind: expected a list".to_owned())
    }
}

fn items_mut(node: &mut Node) -> Result<&mut Vec<Node>, String> {
    match &mut node.value {
        Value::Seq(items) => Ok(Arc::make_mut(items)),
        _ => Err("wrong node kind: expected a list".to_owned()),
    }
}
