//! Generated objects that meet objects of their name.

use std::sync::Arc;

use kai_core::{Map, Node, OriginId};

use super::accumulate::Accumulated;
use super::generators::Generated;
use super::metadata::{self, Provenance};
use super::resource::{Behavior, Resource};
use super::resources;
use crate::Refusal;

/// Adds a generated object, or merges it into the one of its name.
pub(crate) fn absorb(
    gathered: &mut Accumulated,
    generated: Generated,
    provenance: Option<&Provenance>,
    at: OriginId,
) -> Result<(), Refusal> {
    let Generated { mut resource, gaps } = generated;
    gathered.gaps.extend(gaps);
    if let Some(provenance) = provenance {
        metadata::annotate_origin(std::slice::from_mut(&mut resource), provenance, true, at);
    }
    let id = resource.id();
    let matches: Vec<usize> = gathered
        .resources
        .iter()
        .enumerate()
        .filter(|(_, it)| it.id().is(&id) || it.previous_ids().any(|one| one.is(&id)))
        .map(|(index, _)| index)
        .collect();
    let index = match (matches.as_slice(), resource.behavior) {
        ([], Behavior::Create) => {
            gathered.resources.push(resource);
            return Ok(());
        }
        ([], _) => {
            let message = format!("{} does not exist; cannot merge or replace", id.describe());
            return Err(Refusal::at(at, message));
        }
        ([_], Behavior::Create) => {
            let message = format!("{} exists; behavior must be merge or replace", id.describe());
            return Err(Refusal::at(at, message));
        }
        ([index], _) => *index,
        _ => {
            let message = format!("found multiple objects that could accept {}", id.describe());
            return Err(Refusal::at(at, message));
        }
    };
    let old = &mut gathered.resources[index];
    inherit(old, &mut resource);
    *old = resource;
    Ok(())
}

/// What an object that replaces another takes over from it.
fn inherit(old: &Resource, new: &mut Resource) {
    let merges = new.behavior == Behavior::Merge;
    for marks in ["labels", "annotations"] {
        merge_texts(&old.node, &mut new.node, &["metadata", marks]);
        resources::settle_marks(&mut new.node, marks);
    }
    if merges {
        for data in ["data", "binaryData"] {
            merge_texts(&old.node, &mut new.node, &[data]);
        }
        metadata::keep_origin(old, new);
    }
    for key in ["name", "namespace"] {
        let value = old.node.at(&["metadata", key]).cloned();
        if let Some(metadata) = new.metadata_mut() {
            match value {
                Some(value) => metadata.set(key, value.origin, value),
                None => {
                    metadata.remove(key);
                }
            }
        }
    }
    new.previous = Arc::clone(&old.previous);
    new.prefixes = Arc::clone(&old.prefixes);
    new.suffixes = Arc::clone(&old.suffixes);
    new.vars = Arc::clone(&old.vars);
    new.needs_hash &= old.needs_hash;
    new.behavior = old.behavior;
}

/// Adds the old entries that the new mapping lacks.
fn merge_texts(old: &Node, new: &mut Node, path: &[&str]) {
    let Some(Some(entries)) = old.at(path).map(Node::as_map) else { return };
    let Some((last, parents)) = path.split_last() else { return };
    let origin = new.origin;
    let Some(parent) = new.at_mut(parents).and_then(Node::map_mut) else { return };
    if parent.get(last).is_none_or(Node::is_null) {
        parent.set(last, origin, Node::map(Map::new(), origin));
    }
    let Some(map) = parent.get_mut(last).and_then(Node::map_mut) else { return };
    for entry in entries {
        if map.get(&entry.key).is_none() {
            map.entries_mut().push(entry.clone());
        }
    }
}
