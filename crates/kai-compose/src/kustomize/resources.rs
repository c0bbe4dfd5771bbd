//! The objects of a text, as Kustomize takes them.

use std::sync::Arc;

use kai_core::{Map, Node, OriginId, Scalar, ScalarKind, ScalarStyle, Value};

use super::folded;
use super::resource::{Resource, text_at};
use crate::Refusal;

/// Reads objects from the documents of a text: lists become their items.
///
/// # Errors
/// A document has no kind or no name, or is no mapping.
pub(crate) fn read<'a>(
    documents: impl IntoIterator<Item = &'a Node>,
) -> Result<Vec<Resource>, Refusal> {
    let documents: Vec<&Node> = documents.into_iter().collect();
    let is_only = documents.len() == 1;
    let mut waiting: std::collections::VecDeque<Node> = documents
        .into_iter()
        .filter(|it| !is_blank(it))
        .flat_map(|it| if is_only { unwrapped(it) } else { vec![it.clone()] })
        .collect();
    let mut resources = Vec::with_capacity(waiting.len());
    for node in &waiting {
        check(node)?;
    }
    // Items of a list come after the other documents, as Kustomize puts them.
    while let Some(node) = waiting.pop_front() {
        match list_items(&node)? {
            None => resources.push(Resource::new(as_kustomize_reads(node))),
            Some(items) => {
                for item in items.iter().filter(|it| !is_blank(it)) {
                    check(item)?;
                    waiting.push_back(item.clone());
                }
            }
        }
    }
    Ok(resources)
}

/// The items of a `List` or `ResourceList` that is alone in its text.
fn unwrapped(node: &Node) -> Vec<Node> {
    let is_list = matches!(text_at(node, &["kind"]), "List" | "ResourceList");
    if is_list && (node.get("items").is_some() || node.get("functionConfig").is_some()) {
        let items = node.get("items").map(Node::items).unwrap_or_default();
        return items.iter().filter(|it| !is_blank(it)).cloned().collect();
    }
    vec![node.clone()]
}

/// The items of a `…List`; none for other objects.
fn list_items(node: &Node) -> Result<Option<&[Node]>, Refusal> {
    if !text_at(node, &["kind"]).ends_with("List") {
        return Ok(None);
    }
    match node.get("items") {
        None => Ok(None),
        Some(items) if items.is_seq() || items.is_null() => Ok(Some(items.items())),
        Some(items) => Err(Refusal::at(items.origin, "expected a list of items")),
    }
}

fn check(node: &Node) -> Result<(), Refusal> {
    if node.as_map().is_none() {
        return Err(Refusal::at(node.origin, "this document is no object: it has no kind"));
    }
    let kind = text_at(node, &["kind"]);
    if kind.is_empty() {
        return Err(Refusal::at(node.origin, "missing kind in object"));
    }
    if !kind.ends_with("List") && text_at(node, &["metadata", "name"]).is_empty() {
        return Err(Refusal::at(node.origin, format!("missing metadata.name in {kind}")));
    }
    Ok(())
}

fn is_blank(node: &Node) -> bool {
    match &node.value {
        Value::Map(map) => map.is_empty(),
        Value::Seq(items) => items.is_empty(),
        _ => node.is_null(),
    }
}

/// What Kustomize reads otherwise than Kubernetes: `yes`, `on` and the like are texts to it, and
/// folded texts change on their way through it.
fn as_kustomize_reads(node: Node) -> Node {
    reread(&node).unwrap_or(node)
}

/// The tree as Kustomize reads it; none where it is the same.
fn reread(node: &Node) -> Option<Node> {
    let value = match &node.value {
        Value::Scalar(scalar) => Value::Scalar(reread_scalar(scalar)?),
        Value::Map(map) => {
            let changed = map.iter().enumerate();
            let changed =
                changed.filter_map(|(index, it)| Some((index, reread(&it.node)?))).collect();
            let mut map = Arc::clone(map);
            for (index, node) in none_if_empty::<(usize, Node)>(changed)? {
                Arc::make_mut(&mut map).entries_mut()[index].node = node;
            }
            Value::Map(map)
        }
        Value::Seq(items) => {
            let changed = items.iter().enumerate();
            let changed = changed.filter_map(|(index, it)| Some((index, reread(it)?))).collect();
            let mut items = Arc::clone(items);
            for (index, node) in none_if_empty(changed)? {
                Arc::make_mut(&mut items)[index] = node;
            }
            Value::Seq(items)
        }
        Value::Unknown(_) => return None,
    };
    Some(Node::new(value, node.origin))
}

fn none_if_empty<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

fn reread_scalar(scalar: &Scalar) -> Option<Scalar> {
    match scalar.kind {
        ScalarKind::Bool => {
            let is_word =
                !matches!(scalar.text.as_bytes().first(), Some(b't' | b'T' | b'f' | b'F'));
            is_word.then(|| Scalar { kind: ScalarKind::Str, ..scalar.clone() })
        }
        ScalarKind::Str if scalar.style == ScalarStyle::Folded => {
            let text = folded::round_trip(&scalar.text)?;
            Some(Scalar { text: text.into(), ..scalar.clone() })
        }
        _ => None,
    }
}

/// Makes every value under `metadata.labels` or `metadata.annotations` a text, and drops the
/// mapping when it is empty, as Kustomize does whenever it has set one of them.
pub(crate) fn settle_marks(object: &mut Node, marks: &str) {
    let Some(map) = object.at(&["metadata", marks]) else { return };
    let Some(entries) = map.as_map().filter(|it| !it.is_empty()) else {
        remove_marks(object, marks);
        return;
    };
    if entries.iter().all(|it| it.node.as_str().is_some()) {
        return;
    }
    let map = object.at_mut(&["metadata", marks]).and_then(Node::map_mut);
    for entry in map.into_iter().flat_map(|it| it.entries_mut().iter_mut()) {
        if entry.node.as_str().is_none() && !matches!(entry.node.value, Value::Unknown(_)) {
            let text = entry.node.as_scalar().map(|it| it.text.clone()).unwrap_or_default();
            entry.node = Node::string(text, entry.node.origin);
        }
    }
}

fn remove_marks(object: &mut Node, marks: &str) {
    if let Some(metadata) = object.at_mut(&["metadata"]).and_then(Node::map_mut) {
        metadata.remove(marks);
    }
}

/// Sets one annotation, making the mapping where there is none.
pub(crate) fn annotate(resource: &mut Resource, key: &str, text: String, origin: OriginId) {
    ensure_annotations(resource);
    let annotations = resource.node.at_mut(&["metadata", "annotations"]);
    if let Some(annotations) = annotations.and_then(Node::map_mut) {
        annotations.set(key, origin, Node::string(text, origin));
    }
}

/// Makes the mapping of annotations where there is none.
pub(crate) fn ensure_annotations(resource: &mut Resource) {
    let annotations = resource.node.at(&["metadata", "annotations"]);
    if annotations.is_some_and(|it| it.as_map().is_some()) {
        return;
    }
    let origin = resource.node.origin;
    if let Some(metadata) = resource.metadata_mut() {
        metadata.set("annotations", origin, Node::map(Map::new(), origin));
    }
}
