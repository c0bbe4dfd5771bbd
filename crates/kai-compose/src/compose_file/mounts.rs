//! What of the tree a project takes into its containers.

use camino::Utf8PathBuf;
use kai_core::Node;

use super::{ComposeProject, compose};
use crate::Project;

/// The files and folders that the project mounts or takes as configs, from the top of the tree.
pub(crate) fn mounted_paths(project: &Project<'_>, files: &ComposeProject) -> Vec<Utf8PathBuf> {
    let models = compose(project, files).objects;
    let mut paths = Vec::new();
    for model in &models {
        for service in values(model, "services") {
            let mounts = service.get("volumes").map(Node::items).unwrap_or_default();
            paths.extend(mounts.iter().filter_map(|it| path(it, "source")));
        }
        paths.extend(values(model, "configs").filter_map(|it| path(it, "file")));
    }
    paths
}

fn values<'a>(model: &'a Node, key: &str) -> impl Iterator<Item = &'a Node> {
    model.get(key).and_then(Node::as_map).into_iter().flatten().map(|it| &it.node)
}

/// The whole tree is no configuration.
fn path(node: &Node, key: &str) -> Option<Utf8PathBuf> {
    let text = node.get(key)?.text()?;
    let path = text.strip_prefix("./").unwrap_or(text);
    (!path.is_empty() && path != ".").then(|| path.into())
}
