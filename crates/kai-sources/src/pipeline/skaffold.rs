//! Images that a file of Skaffold builds. What it applies is a root of its own.

use camino::Utf8Path;
use kai_core::{Known, Node, SmolStr};
use kai_graph::{BuildService, BuiltImage, ImageName, Pipeline};

use super::images::within;

/// `build.artifacts`, of profiles too. Skaffold pushes what it builds for a cluster, and writes the name
/// that it was pushed under into what it applies.
pub(super) fn build(config: &Node, folder: &Utf8Path) -> Pipeline {
    let profiles = config.get("profiles").map(Node::items).unwrap_or_default();
    let parts = std::iter::once(config).chain(profiles);
    let artifacts = parts.filter_map(|it| it.at(&["build", "artifacts"])).flat_map(Node::items);
    Pipeline {
        service: BuildService::Skaffold,
        triggers: Vec::new(),
        jobs: Vec::new(),
        concurrency: None,
        has_unread: false,
        builds: artifacts.filter_map(|it| artifact(it, folder)).collect(),
        includes: Vec::new(),
        account: Known::default(),
        tested_by: None,
        written: config.origin,
    }
}

fn artifact(artifact: &Node, folder: &Utf8Path) -> Option<BuiltImage> {
    let image = artifact.get("image")?;
    let name = ImageName::parse(image.as_str()?)?;
    let stage = |key: &str| artifact.str_at(&[key, "target"]);
    let stage = stage("docker").or_else(|| stage("kaniko")).map(SmolStr::from);
    Some(BuiltImage { name, file: file(artifact, folder), stage, origin: image.origin })
}

/// Docker builds where nothing else is named, by the `Dockerfile` of the context; so does kaniko.
fn file(artifact: &Node, folder: &Utf8Path) -> Option<SmolStr> {
    const OTHERS: &[&str] = &["bazel", "buildpacks", "custom", "jib", "ko"];
    if OTHERS.iter().any(|it| artifact.get(it).is_some()) {
        return None;
    }
    let of = |key: &str| artifact.str_at(&[key, "dockerfile"]);
    let name = of("docker").or_else(|| of("kaniko")).unwrap_or("Dockerfile");
    let context = artifact.str_at(&["context"]).unwrap_or(".");
    within(folder, &format!("{context}/{name}"))
}
