//! The step that a patch leaves on every value it sets.

use kai_core::{Entry, Map, Node, OriginId, Origins, Role, Value};

/// The patch's tree as it stands in the object, where there was nothing before.
pub(super) fn added(patch: &Node, origins: &Origins) -> Node {
    set(patch, None, origins)
}

/// The patch's tree as it stands in the object, in place of `before`.
pub(super) fn overwritten(before: &Node, patch: &Node, origins: &Origins) -> Node {
    set(patch, Some(before.origin), origins)
}

fn set(patch: &Node, before: Option<OriginId>, origins: &Origins) -> Node {
    let origin = origins.replaced(Role::Patched, patch.origin, before);
    match &patch.value {
        Value::Map(map) => {
            let entries =
                map.iter().map(|it| Entry { node: added(&it.node, origins), ..it.clone() });
            Node::map(Map::from_entries(entries.collect()), origin)
        }
        Value::Seq(items) => Node::seq(items.iter().map(|it| added(it, origins)).collect(), origin),
        Value::Scalar(_) | Value::Unknown(_) => Node::new(patch.value.clone(), origin),
    }
}
