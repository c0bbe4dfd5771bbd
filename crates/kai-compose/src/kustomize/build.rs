//! One folder from its kustomization file to the objects in print order.

use camino::Utf8Path;
use kai_core::Node;

use super::accumulate::{Accumulated, Target};
use super::metadata::{self, BuildMetadata};
use super::ordering::SortOptions;
use super::resource::Resource;
use super::{ids, name_reference, paths, transformers, vars};
use crate::{Composition, Project, Refusal};

/// The objects that `kustomize build DIR` prints, in its order.
///
/// # Errors
/// Kustomize would refuse to print anything.
pub fn build(project: &Project<'_>, dir: &Utf8Path) -> Result<Composition, Refusal> {
    let dir = paths::join(Utf8Path::new(""), dir.as_str());
    let target = Target::root(project, &dir)?;
    let gathered = target.gather()?;
    finish(&target, &gathered)
}

/// The same after a tool has added to the folder's kustomization (components, patches, a namespace …),
/// or has written one for a folder that has none, as Flux does.
///
/// # Errors
/// Kustomize would refuse to print anything.
pub(crate) fn build_with(
    project: &Project<'_>,
    dir: &Utf8Path,
    additions: &Node,
) -> Result<Composition, Refusal> {
    let dir = paths::join(Utf8Path::new(""), dir.as_str());
    let target = Target::with(project, &dir, additions)?;
    let gathered = target.gather_alone()?;
    finish(&target, &gathered)
}

fn finish(target: &Target<'_>, gathered: &Accumulated) -> Result<Composition, Refusal> {
    let mut resources = gathered.resources.clone();
    // These steps are for the whole, and so only done where the build was started.
    transformers::add_hashes(&mut resources, &target.workshop());
    name_reference::fix(&mut resources, &gathered.configuration, target.origins())?;
    vars::resolve(&gathered.vars, &mut resources, &gathered.configuration, target.origins())?;
    resources.retain(|it| !is_local_only(it));
    let order = target.kustomization.sort_options.clone().unwrap_or_default();
    if !matches!(order, SortOptions::Fifo) {
        ids::refuse_twins(&resources, target.kustomization.origin)?;
    }
    order.sort(&mut resources);
    let kept = BuildMetadata::of(&target.kustomization);
    metadata::finish(&mut resources, kept, &target.kustomization, target.origins());
    Ok(Composition {
        objects: resources.into_iter().map(|it| it.node).collect(),
        gaps: gathered.gaps.clone(),
        problems: gathered.problems.clone(),
        ..Composition::default()
    })
}

/// Objects for tools, which Kustomize leaves out.
fn is_local_only(resource: &Resource) -> bool {
    resource.annotation("config.kubernetes.io/local-config").is_some_and(|it| it != "false")
}
