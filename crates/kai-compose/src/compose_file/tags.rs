//! `!reset` and `!override`: what a later file takes away from earlier ones.

use kai_core::{Entry, Map, Node, Origins, SmolStr, Value};

/// Places that earlier files lose, as paths of keys.
pub(super) type Tags = Vec<Vec<SmolStr>>;

/// A document without the values that say `!reset`, and the places that either tag clears.
pub(super) fn taken_off(node: &Node, origins: &Origins) -> (Node, Tags) {
    let is_tagged = origins.span(node.origin).is_some_and(|it| {
        let text = &origins.document(it.document).text;
        text.contains("!reset") || text.contains("!override")
    });
    let mut tags = Tags::new();
    if !is_tagged {
        return (node.clone(), tags);
    }
    let node = walk(node, origins, &mut Vec::new(), &mut tags);
    (node, tags)
}

fn walk(node: &Node, origins: &Origins, path: &mut Vec<SmolStr>, tags: &mut Tags) -> Node {
    let Some(map) = node.as_map() else { return node.clone() };
    let mut result = Vec::with_capacity(map.len());
    for entry in map {
        path.push(entry.key.clone());
        match tag(&entry.node, origins) {
            Some("!reset") => tags.push(path.clone()),
            Some(_) => {
                tags.push(path.clone());
                result.push(entry.clone());
            }
            None => {
                let node = walk(&entry.node, origins, path, tags);
                result.push(Entry { node, ..entry.clone() });
            }
        }
        path.pop();
    }
    Node::map(Map::from_entries(result), node.origin)
}

/// The tag of a value: right before its text, or the beginning of it.
fn tag(node: &Node, origins: &Origins) -> Option<&'static str> {
    let span = origins.span(node.origin)?;
    let text = &origins.document(span.document).text;
    let (before, from) = (text.get(..span.start as usize)?, text.get(span.start as usize..)?);
    let is = |it: &&str| from.starts_with(*it) || before.trim_end().ends_with(*it);
    ["!reset", "!override"].into_iter().find(is)
}

/// The model without what the tags clear.
pub(super) fn cleared(model: &Node, tags: &Tags) -> Node {
    let mut model = model.clone();
    for path in tags {
        remove(&mut model, path);
    }
    model
}

fn remove(node: &mut Node, path: &[SmolStr]) {
    let Some((key, rest)) = path.split_first() else { return };
    let Value::Map(_) = node.value else { return };
    if rest.is_empty() {
        if let Some(map) = node.map_mut() {
            map.remove(key);
        }
    } else if let Some(inner) = node.get_mut(key) {
        remove(inner, rest);
    }
}
