//! A file to the pipeline that it is.

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{ComponentId, Node, OriginId, Origins, Root};
use kai_graph::{Component, ComponentKind, Facts, Pipeline};

use super::{cloud_build, github, gitlab, skaffold};
use crate::Lowered;

/// Turns the documents of one file into pipelines.
#[must_use]
pub(crate) fn lower(objects: &[Node], root: &Root, origins: &Origins) -> Lowered {
    let mut components = Vec::new();
    for object in objects {
        let folder = root.path.parent().unwrap_or(Utf8Path::new(""));
        let is_skaffold =
            object.str_at(&["apiVersion"]).is_some_and(|it| it.starts_with("skaffold/"));
        let (kind, mut facts) = match object.get("jobs") {
            _ if is_skaffold => ("skaffold", skaffold::build(object, folder)),
            _ if root.path.file_name() == Some(".gitlab-ci.yml") => {
                ("pipeline", gitlab::pipeline(object, folder, origins))
            }
            Some(_) => ("workflow", github::workflow(object, &top(&root.path), origins)),
            None => ("build", cloud_build::build(object, origins)),
        };
        facts.has_unread |= !root.gaps.is_empty();
        components.push(component(kind, object, facts, root));
    }
    for (id, component) in (0..).zip(&mut components) {
        component.id = ComponentId(id);
    }
    Lowered { components, problems: Vec::new() }
}

/// The folder of the repository that a workflow is of.
fn top(path: &Utf8Path) -> Utf8PathBuf {
    path.iter().take_while(|it| *it != ".github").collect()
}

/// The file's name says more than what people write under `name`: commands take it.
fn component(kind: &str, object: &Node, facts: Pipeline, root: &Root) -> Component {
    let origin = object.get("name").map_or_else(|| first(object), |it| it.origin);
    let mut component =
        Component::named(ComponentKind::Control, kind, root.path.as_str(), root.id, origin);
    component.facts = Facts::Pipeline(Box::new(facts));
    component
}

/// The first line of a mapping rather than all of it.
fn first(object: &Node) -> OriginId {
    let entry = object.as_map().and_then(|it| it.iter().next());
    entry.map_or(object.origin, |it| it.key_origin)
}
