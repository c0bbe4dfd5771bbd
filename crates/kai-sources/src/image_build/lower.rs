//! A file to the build that it is.

use kai_core::{ComponentId, Node, Origins, Root};
use kai_graph::{Component, ComponentKind, Facts, ImageBuild};

use super::stages::{Lineage, takes};
use super::{secrets, start};
use crate::Lowered;

/// Turns the trees of files into the builds that they are.
#[must_use]
pub(crate) fn lower(objects: &[Node], root: &Root, origins: &Origins) -> Lowered {
    let mut components: Vec<Component> =
        objects.iter().map(|it| build(it, root, origins)).collect();
    for (id, component) in (0..).zip(&mut components) {
        component.id = ComponentId(id);
    }
    Lowered { components, problems: Vec::new() }
}

fn build(file: &Node, root: &Root, origins: &Origins) -> Component {
    let stages = file.get("stages").map(Node::items).unwrap_or_default();
    let origin = stages.first().map_or(file.origin, |it| it.origin);
    let mut component = Component::named(
        ComponentKind::Configuration,
        "image",
        root.path.as_str(),
        root.id,
        origin,
    );
    let last = Lineage::of(file, stages, stages.len().saturating_sub(1));
    let facts = ImageBuild {
        takes: takes(file, stages),
        base: last.base(),
        material: secrets::material(file, stages, origins),
        last_stage: stages.last().and_then(|it| it.str_at(&["as"])).map(Into::into),
        start: start::start(&last),
        user: start::user(&last),
        may_change_user: start::may_change_user(&last),
        serves: last.last("expose").is_some(),
        key_files: start::key_files(&last, origins),
        forgotten_downloads: start::forgotten_downloads(file, stages, origins),
    };
    component.facts = Facts::ImageBuild(Box::new(facts));
    component
}
