//! What runs an image, and the pipelines and files that make it.

use std::collections::BTreeMap;

use kai_core::{ComponentId, OriginId};
use kai_graph::{BuiltImage, Component, DependencyKind, Facts, ImageName, Strength};

use super::arrows::Arrows;

/// Links workloads and programs with what builds their images: by the name, where exactly one file is
/// built under it, or by the file, where the text names that.
pub(super) fn link(arrows: &mut Arrows<'_>) {
    let made = Made::of(arrows.index.components);
    for component in arrows.index.components {
        for (name, origin) in run_by(component) {
            for maker in made.makers(&name, component, arrows) {
                add(arrows, component, maker, origin);
            }
        }
        let containers = component.workload();
        let containers = containers.iter().flat_map(|it| it.facts.pod.all_containers());
        for from in containers.filter_map(|it| it.built_from.as_ref()) {
            if let Some(&file) = made.files.get(from.value.as_str()) {
                add(arrows, component, file, from.origin);
            }
        }
    }
}

fn add(arrows: &mut Arrows<'_>, component: &Component, maker: ComponentId, origin: OriginId) {
    arrows.add(component.id, maker, DependencyKind::BuiltBy, Strength::Soft, origin);
}

/// The images that a component runs, with the texts that name them.
fn run_by(component: &Component) -> Vec<(ImageName, OriginId)> {
    match &component.facts {
        Facts::Workload(workload) => {
            let images = workload.pod.all_containers().filter_map(|it| it.image.traced());
            images.map(|it| (ImageName::of(&it.value), it.origin)).collect()
        }
        Facts::CloudProgram(program) => {
            program.images.iter().map(|it| (it.name.clone(), it.origin)).collect()
        }
        _ => Vec::new(),
    }
}

/// What makes images.
struct Made<'a> {
    /// By the last part of the image's name.
    builds: BTreeMap<&'a str, Vec<(&'a Component, &'a BuiltImage)>>,
    /// Files that say how an image is built, by path.
    files: BTreeMap<&'a str, ComponentId>,
}

impl<'a> Made<'a> {
    fn of(components: &'a [Component]) -> Self {
        let mut made = Self { builds: BTreeMap::new(), files: BTreeMap::new() };
        for component in components {
            match &component.facts {
                Facts::ImageBuild(_) => {
                    made.files.insert(&component.name, component.id);
                }
                Facts::Pipeline(pipeline) => {
                    for image in &pipeline.builds {
                        made.builds.entry(image.name.last()).or_default().push((component, image));
                    }
                }
                _ => {}
            }
        }
        made
    }

    /// Every pipeline that builds an image of the name, and the file, where it is one.
    fn makers(&self, name: &ImageName, runs: &Component, arrows: &Arrows<'_>) -> Vec<ComponentId> {
        let same = self.builds.get(name.last()).into_iter().flatten();
        let same: Vec<_> = same
            .filter(|it| it.1.name.is_same(name))
            .filter(|it| arrows.index.may_share(runs.root, it.0.root))
            .collect();
        let mut makers: Vec<ComponentId> = same.iter().map(|it| it.0.id).collect();
        let mut files: Vec<_> = same.iter().map(|it| it.1.file.as_deref()).collect();
        files.sort_unstable();
        files.dedup();
        // One name for the images of several files says which is meant in its tags only.
        if let [Some(only)] = files[..] {
            makers.extend(self.files.get(only).copied());
        }
        makers.sort_unstable();
        makers.dedup();
        makers
    }
}
