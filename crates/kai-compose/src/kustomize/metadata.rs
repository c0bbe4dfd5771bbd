//! `buildMetadata`: annotations that say where an object came from, and the label of the tool.

use std::fmt::Write as _;

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{OriginId, Origins, Role};

use super::field_spec::FieldSpec;
use super::fields::{Pair, Text};
use super::kustomization::Kustomization;
use super::labels::EntrySetter;
use super::paths;
use super::resource::Resource;
use super::resources;

const ORIGIN: &str = "config.kubernetes.io/origin";
const TRANSFORMATIONS: &str = "alpha.config.kubernetes.io/transformations";

/// Which parts of `buildMetadata` a build keeps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct BuildMetadata {
    pub(crate) origins: bool,
    pub(crate) transformations: bool,
    pub(crate) managed_by: bool,
}

/// Where an object was read, or which plugin made or changed it. Paths start at the folder that
/// is built.
#[derive(Debug, Clone, Default)]
pub(crate) struct Provenance {
    pub(crate) path: Utf8PathBuf,
    pub(crate) configured_in: Utf8PathBuf,
    /// apiVersion, kind, name and namespace.
    pub(crate) configured_by: Option<[String; 4]>,
}

impl BuildMetadata {
    pub(crate) fn of(kustomization: &Kustomization) -> Self {
        let has = |name| kustomization.build_metadata.iter().any(|it| it.value == name);
        Self {
            origins: has("originAnnotations"),
            transformations: has("transformerAnnotations"),
            managed_by: has("managedByLabel"),
        }
    }

    /// True when objects have to carry annotations through the build.
    pub(crate) fn is_tracked(self) -> bool {
        self.origins || self.transformations
    }
}

impl Provenance {
    /// A file or folder below this one.
    pub(crate) fn append(&self, path: &str) -> Self {
        Self { path: paths::join(&self.path, path), ..Self::default() }
    }

    /// A built-in plugin that a kustomization file below this folder configures.
    pub(crate) fn built_in(&self, file_name: &str, plugin: &str) -> Self {
        let configured_by = ["builtin", plugin, "", ""].map(str::to_owned);
        Self {
            path: Utf8PathBuf::new(),
            configured_in: self.path.join(file_name),
            configured_by: Some(configured_by),
        }
    }

    /// A plugin that is configured by an object.
    pub(crate) fn of_plugin(plugin: &Resource) -> Option<Self> {
        let path = plugin.annotation(ORIGIN)?.lines().find_map(|it| it.strip_prefix("path: "))?;
        let id = plugin.id();
        let api_version = super::resource::text_at(&plugin.node, &["apiVersion"]).to_owned();
        let name = id.name.to_string();
        Some(Self {
            path: Utf8PathBuf::new(),
            configured_in: Utf8Path::new(path).to_owned(),
            configured_by: Some([
                api_version,
                id.gvk.kind.to_string(),
                name,
                id.namespace.to_string(),
            ]),
        })
    }

    fn yaml(&self) -> String {
        let mut text = String::new();
        if !self.path.as_str().is_empty() {
            let _ = writeln!(text, "path: {}", self.path);
        }
        if !self.configured_in.as_str().is_empty() {
            let _ = writeln!(text, "configuredIn: {}", self.configured_in);
        }
        if let Some(by) = &self.configured_by {
            text.push_str("configuredBy:\n");
            for (key, value) in ["apiVersion", "kind", "name", "namespace"].iter().zip(by) {
                if !value.is_empty() {
                    let _ = writeln!(text, "  {key}: {value}");
                }
            }
        }
        text
    }

    fn list_item(&self) -> String {
        self.yaml()
            .lines()
            .enumerate()
            .map(|(index, line)| format!("{}{line}\n", if index == 0 { "- " } else { "  " }))
            .collect()
    }
}

/// Says in an annotation where the objects came from; with `only_new`, leaves alone those that
/// say so already.
pub(crate) fn annotate_origin(
    resources: &mut [Resource],
    provenance: &Provenance,
    only_new: bool,
    at: OriginId,
) {
    for resource in resources {
        if !only_new || resource.annotation(ORIGIN).is_none() {
            resources::annotate(resource, ORIGIN, provenance.yaml(), at);
        }
    }
}

/// Notes a step on every object; objects without an origin were made by it.
pub(crate) fn annotate_step(resources: &mut [Resource], provenance: &Provenance, at: OriginId) {
    for resource in resources {
        if resource.annotation(ORIGIN).is_none() {
            resources::annotate(resource, ORIGIN, provenance.yaml(), at);
            continue;
        }
        let steps = resource.annotation(TRANSFORMATIONS).unwrap_or_default();
        let steps = format!("{steps}{}", provenance.list_item());
        resources::annotate(resource, TRANSFORMATIONS, steps, at);
    }
}

/// The annotation of an object that a generator replaces stays what it was.
pub(crate) fn keep_origin(old: &Resource, new: &mut Resource) {
    if let Some(text) = old.annotation(ORIGIN) {
        let text = text.to_owned();
        let at = old.node.origin;
        resources::annotate(new, ORIGIN, text, at);
    }
}

/// Drops what only the build needed, and adds the label of the tool.
pub(crate) fn finish(
    resources: &mut [Resource],
    kept: BuildMetadata,
    kustomization: &Kustomization,
    origins: &Origins,
) {
    if kept.managed_by {
        label_managed_by(resources, kustomization, origins);
    }
    for resource in resources {
        remove_annotations(resource, |key| {
            is_internal(key)
                || (!kept.origins && key == ORIGIN)
                || (!kept.transformations && key == TRANSFORMATIONS)
        });
        resources::settle_marks(&mut resource.node, "annotations");
    }
}

fn label_managed_by(resources: &mut [Resource], kustomization: &Kustomization, origins: &Origins) {
    let asked = kustomization.build_metadata.iter().find(|it| it.value == "managedByLabel");
    let at = asked.map_or(kustomization.origin, |it| it.origin);
    let origin = origins.derived(Role::Transformed, Some(at), &[]);
    let text = |value: &'static str| Text { value: value.into(), origin };
    let pair = Pair { key: text("app.kubernetes.io/managed-by"), value: text("kustomize-v5.5.0") };
    let fields = vec![FieldSpec::everywhere("metadata/labels")];
    // The only thing that can be refused is a scalar in place of the labels.
    let _ = EntrySetter { pairs: vec![pair], fields, at }.apply(resources, origins);
}

fn remove_annotations(resource: &mut Resource, is_removed: impl Fn(&str) -> bool) {
    let path = &["metadata", "annotations"];
    let annotations = resource.node.at(path).and_then(kai_core::Node::as_map);
    if !annotations.is_some_and(|map| map.iter().any(|it| is_removed(&it.key))) {
        return;
    }
    if let Some(map) = resource.node.at_mut(path).and_then(kai_core::Node::map_mut) {
        map.entries_mut().retain(|it| !is_removed(&it.key));
    }
}

/// Annotations that Kustomize and its functions talk to each other with.
fn is_internal(key: &str) -> bool {
    const OWN: [&str; 10] = [
        "previousKinds",
        "previousNames",
        "prefixes",
        "suffixes",
        "previousNamespaces",
        "allowNameChange",
        "allowKindChange",
        "refBy",
        "generatorBehavior",
        "needsHashSuffix",
    ];
    const OTHERS: [&str; 5] =
        ["path", "index", "seqindent", "id", "annotations-migration-resource-id"];
    key.strip_prefix("internal.config.kubernetes.io/")
        .is_some_and(|it| OWN.contains(&it) || OTHERS.contains(&it))
        || matches!(
            key,
            "config.kubernetes.io/path" | "config.kubernetes.io/index" | "config.k8s.io/id"
        )
}
