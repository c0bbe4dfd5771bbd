//! Objects that a controller made from another object, which says the same in fewer words.

use std::collections::{BTreeMap, BTreeSet};

use kai_core::Node;
use kai_graph::Component;

use crate::kubernetes::object::Header;

/// Controllers nest three deep (CronJob, Job, Pod); what is deeper than this is a circle.
const DEPTH_MAX: usize = 16;

/// Group, kind, namespace and name.
type Key<'a> = (&'a str, &'a str, &'a str, &'a str);

/// True where a controller made it and nothing is lost when it is left out: the pods of whatever
/// runs them, and all that a built-in controller makes from its template. What an operator makes
/// from a custom resource says more than the resource does, and stays.
pub(super) fn is_made(object: &Header<'_>) -> bool {
    controller(object).is_some_and(|(group, ..)| {
        matches!(group, "" | "apps" | "batch")
            || matches!(
                object.kind,
                "ControllerRevision" | "EndpointSlice" | "Job" | "Pod" | "ReplicaSet"
            )
    })
}

/// Those of the made objects that stay because what they were made from was not read. Who makes one
/// another in a circle stays too.
pub(super) fn without_owner<'a>(
    made: Vec<Header<'a>>,
    components: &[Component],
) -> Vec<Header<'a>> {
    if made.is_empty() {
        return made;
    }
    let others: BTreeSet<Key<'_>> = components.iter().map(key_of).collect();
    let places: BTreeMap<Key<'_>, usize> = (0..).zip(&made).map(|(at, it)| (key(it), at)).collect();
    let owners: Vec<Option<usize>> = made.iter().map(|it| place_of_owner(it, &places)).collect();
    let ends_outside = |start: usize| {
        let mut at = start;
        for _ in 0..DEPTH_MAX {
            match owners[at] {
                Some(owner) => at = owner,
                None => return has_owner_among(&made[at], &others) || at != start,
            }
        }
        false
    };
    let stays: Vec<bool> = (0..made.len()).map(|it| !ends_outside(it)).collect();
    made.into_iter().zip(stays).filter_map(|(it, stays)| stays.then_some(it)).collect()
}

fn key<'a>(object: &Header<'a>) -> Key<'a> {
    (object.group(), object.kind, object.effective_namespace(), object.name)
}

fn key_of(component: &Component) -> Key<'_> {
    (component.api_group(), &component.native_kind, &component.namespace, &component.name)
}

/// Owners live in the same namespace or in none.
fn owner_keys<'a>(object: &Header<'a>) -> impl Iterator<Item = Key<'a>> {
    let namespace = object.effective_namespace();
    let owner = controller(object).into_iter();
    owner.flat_map(move |(group, kind, name)| {
        [(group, kind, namespace, name), (group, kind, "", name)]
    })
}

fn place_of_owner(object: &Header<'_>, places: &BTreeMap<Key<'_>, usize>) -> Option<usize> {
    owner_keys(object).find_map(|it| places.get(&it).copied())
}

fn has_owner_among(object: &Header<'_>, others: &BTreeSet<Key<'_>>) -> bool {
    owner_keys(object).any(|it| others.contains(&it))
}

/// Group, kind and name of the owner that controls the object.
fn controller<'a>(object: &Header<'a>) -> Option<(&'a str, &'a str, &'a str)> {
    let owners = object.metadata?.get("ownerReferences")?.items();
    let owner =
        owners.iter().find(|it| it.get("controller").and_then(Node::as_bool) == Some(true))?;
    let version = owner.get("apiVersion").and_then(Node::text)?;
    let group = version.split_once('/').map_or("", |(group, _)| group);
    Some((group, owner.get("kind")?.text()?, owner.get("name")?.text()?))
}
