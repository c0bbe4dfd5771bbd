//! Nodes.

use kai_core::Node as Written;

use super::Reader;
use super::value::{flag, items, labels, text, texts};
use crate::model::{Effect, Image, Node, Taint};

impl Reader<'_> {
    pub(super) fn node(&mut self) -> Node {
        let taints = items(self.at(&["spec", "taints"])).iter();
        Node {
            name: self.name(),
            labels: labels(self.at(&["metadata", "labels"])),
            taints: taints.filter_map(taint).collect(),
            is_unschedulable: flag(self.at(&["spec", "unschedulable"])),
            is_ready: has_condition(self.object, "Ready"),
            allocatable: self.resources(self.at(&["status", "allocatable"])),
            capacity: self.resources(self.at(&["status", "capacity"])),
            images: items(self.at(&["status", "images"])).iter().map(image).collect(),
            ..Node::default()
        }
    }
}

/// Whether a condition is written and true.
pub(super) fn has_condition(object: &Written, kind: &str) -> bool {
    let conditions = items(object.at(&["status", "conditions"]));
    let is_it = |it: &&Written| it.str_at(&["type"]) == Some(kind);
    conditions.iter().find(is_it).is_some_and(|it| it.str_at(&["status"]) == Some("True"))
}

fn taint(written: &Written) -> Option<Taint> {
    let (key, value) = (text(written.get("key")), text(written.get("value")));
    Some(Taint { key, value, effect: effect(written)? })
}

/// Nothing where none is written.
pub(super) fn effect(written: &Written) -> Option<Effect> {
    match written.str_at(&["effect"])? {
        "NoSchedule" => Some(Effect::NoSchedule),
        "PreferNoSchedule" => Some(Effect::PreferNoSchedule),
        "NoExecute" => Some(Effect::NoExecute),
        _ => None,
    }
}

fn image(written: &Written) -> Image {
    let size = written.get("sizeBytes").and_then(Written::as_int).unwrap_or(0);
    Image { names: texts(written.get("names")), size }
}
