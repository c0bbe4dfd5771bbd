//! The transformers of a kustomization, in the order in which Kustomize runs them.

use kai_core::{Gap, Problem, Role};

use super::accumulate::Target;
use super::configurations::Configuration;
use super::field_spec::{self, FieldSpec};
use super::fields::{Fields, TextKind};
use super::hash;
use super::images::ImageSetter;
use super::kustomization::{Kustomization, ReplacementField};
use super::labels::EntrySetter;
use super::metadata::Provenance;
use super::names::{NameAffix, Side};
use super::namespace::{NamespaceSetter, Subjects};
use super::patches::{self, Loaded, Patch, Workshop};
use super::paths;
use super::replacements::Replacement;
use super::replicas::ReplicaSetter;
use super::resource::Resource;
use super::value_add::ValueAdd;
use crate::Refusal;

/// Something that changes accumulated objects.
#[derive(Debug, Clone)]
pub(crate) enum Transformer {
    Patches(Vec<Patch>),
    Namespace(NamespaceSetter),
    Affix(NameAffix),
    Entries(EntrySetter),
    Replicas(ReplicaSetter),
    Image(ImageSetter),
    Replacements(Vec<Replacement>),
    ValueAdd(ValueAdd),
    Hash,
}

/// A transformer and who asked for it, for the annotation that says so.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) transformer: Transformer,
    pub(crate) provenance: Option<Provenance>,
}

impl Transformer {
    pub(crate) fn apply(
        &self,
        resources: &mut Vec<Resource>,
        workshop: &Workshop<'_>,
        problems: &mut Vec<Problem>,
    ) -> Result<(), Refusal> {
        let origins = workshop.origins;
        match self {
            Self::Patches(patches) => patches::apply_all(patches, resources, workshop, problems),
            Self::Namespace(setter) => setter.apply(resources, origins),
            Self::Affix(affix) => affix.apply(resources, origins),
            Self::Entries(setter) => setter.apply(resources, origins),
            Self::Replicas(setter) => setter.apply(resources, origins),
            Self::Image(setter) => setter.apply(resources, origins),
            Self::Replacements(replacements) => {
                replacements.iter().try_for_each(|it| it.apply(resources, origins))
            }
            Self::ValueAdd(adder) => adder.apply(resources, origins),
            Self::Hash => {
                add_hashes(resources, workshop);
                Ok(())
            }
        }
    }
}

/// Adds the hash of its content to the name of every object that asks for it.
pub(crate) fn add_hashes(resources: &mut [Resource], workshop: &Workshop<'_>) {
    for resource in resources.iter_mut().filter(|it| it.needs_hash) {
        let Some(suffix) = hash::suffix(&resource.node) else { continue };
        resource.remember_id();
        let name = format!("{}-{suffix}", resource.name());
        let before = resource.node.at(&["metadata", "name"]).map(|it| it.origin);
        let content = ["data", "binaryData", "stringData", "type"];
        let content = content.iter().filter_map(|it| resource.node.get(it));
        let content = content.flat_map(|it| match it.as_map() {
            Some(map) => map.iter().map(|it| it.node.origin).collect(),
            None => vec![it.origin],
        });
        let parts: Vec<_> = before.into_iter().chain(content).collect();
        let origin = workshop.origins.derived(Role::Generated, before, &parts);
        resource.set_name(name, origin);
    }
}

impl Target<'_> {
    /// What the kustomization's own fields ask for.
    pub(crate) fn built_in_steps(
        &self,
        configuration: &Configuration,
        gaps: &mut Vec<Gap>,
    ) -> Result<Vec<Step>, Refusal> {
        let mut steps = Steps { target: self, steps: Vec::new() };
        steps.patches(gaps)?;
        steps.names(configuration);
        steps.entries(configuration)?;
        let mut operations = Vec::new();
        for entry in &self.kustomization.patches_json6902 {
            keep(entry.load_operations(self.project, &self.dir)?, &mut operations, gaps);
        }
        for patch in operations {
            steps.push("PatchJson6902Transformer", Transformer::Patches(vec![patch]));
        }
        steps.values(configuration);
        let mut replacements = Vec::new();
        for field in &self.kustomization.replacements {
            replacements.extend(self.replacements(field, gaps)?);
        }
        if !self.kustomization.replacements.is_empty() {
            steps.push("ReplacementTransformer", Transformer::Replacements(replacements));
        }
        Ok(steps.steps)
    }

    /// One entry of `replacements:`, or those of the file it names.
    pub(crate) fn replacements(
        &self,
        field: &ReplacementField,
        gaps: &mut Vec<Gap>,
    ) -> Result<Vec<Replacement>, Refusal> {
        let path = match field {
            ReplacementField::Inline(replacement) => return Ok(vec![replacement.clone()]),
            ReplacementField::File(path) => path,
        };
        let Some(file) = self.project.file(&paths::join(&self.dir, &path.value)) else {
            gaps.push(self.absent(path));
            return Ok(Vec::new());
        };
        match file.documents.first().map(|it| &it.node) {
            Some(node) if node.is_seq() => {
                let all = node.items().iter();
                all.map(|it| {
                    Replacement::read(&Fields::in_text(it, "replacement", TextKind::Plugin)?)
                })
                .collect()
            }
            Some(node) if node.as_map().is_some() => Ok(vec![Replacement::read(
                &Fields::in_text(node, "replacement", TextKind::Plugin)?,
            )?]),
            _ => {
                let message = format!("`{}` holds no replacement", path.value);
                Err(Refusal::at(path.origin, message))
            }
        }
    }
}

struct Steps<'a, 'p> {
    target: &'a Target<'p>,
    steps: Vec<Step>,
}

impl Steps<'_, '_> {
    fn push(&mut self, plugin: &'static str, transformer: Transformer) {
        let provenance = self.target.built_in_provenance(plugin);
        self.steps.push(Step { transformer, provenance });
    }

    fn kustomization(&self) -> &Kustomization {
        &self.target.kustomization
    }

    fn patches(&mut self, gaps: &mut Vec<Gap>) -> Result<(), Refusal> {
        let target = self.target;
        let (project, dir) = (target.project, &target.dir);
        let mut merges = Vec::new();
        for entry in &target.kustomization.patches_strategic_merge {
            keep(patches::load_strategic_merge(project, dir, entry)?, &mut merges, gaps);
        }
        if !merges.is_empty() {
            self.push("PatchStrategicMergeTransformer", Transformer::Patches(merges));
        }
        for entry in &target.kustomization.patches {
            let mut loaded = Vec::new();
            keep(entry.load(project, dir)?, &mut loaded, gaps);
            if !loaded.is_empty() {
                self.push("PatchTransformer", Transformer::Patches(loaded));
            }
        }
        Ok(())
    }

    fn names(&mut self, configuration: &Configuration) {
        if let Some(namespace) = self.kustomization().namespace.clone() {
            let fields = configuration.namespace.clone();
            let (unset_only, subjects) = (false, Subjects::NamedDefault);
            let setter = NamespaceSetter { namespace, fields, unset_only, subjects };
            self.push("NamespaceTransformer", Transformer::Namespace(setter));
        }
        if let Some(text) = self.kustomization().name_prefix.clone() {
            let fields = configuration.name_prefix.clone();
            let affix = NameAffix { text, side: Side::Prefix, fields };
            self.push("PrefixTransformer", Transformer::Affix(affix));
        }
        if let Some(text) = self.kustomization().name_suffix.clone() {
            let fields = configuration.name_suffix.clone();
            let affix = NameAffix { text, side: Side::Suffix, fields };
            self.push("SuffixTransformer", Transformer::Affix(affix));
        }
    }

    fn entries(&mut self, configuration: &Configuration) -> Result<(), Refusal> {
        for labels in &self.target.kustomization.labels {
            let mut fields = labels.fields.clone();
            let mut merge = |specs: &[FieldSpec]| field_spec::merge_all(&mut fields, specs);
            let merged = merge(&configuration.labels).and_then(|()| {
                if labels.include_selectors {
                    return merge(&configuration.common_labels);
                }
                if labels.include_templates {
                    merge(&configuration.template_labels)?;
                }
                merge(&[FieldSpec::everywhere("metadata/labels")])
            });
            merged.map_err(|reason| {
                Refusal::at(labels.origin, format!("failed to merge labels: {reason}"))
            })?;
            let setter = EntrySetter { pairs: labels.pairs.clone(), fields, at: labels.origin };
            self.push("LabelTransformer", Transformer::Entries(setter));
        }
        let kustomization = self.kustomization();
        let common = EntrySetter {
            pairs: kustomization.common_labels.clone(),
            fields: configuration.common_labels.clone(),
            at: kustomization.origin,
        };
        let annotations = EntrySetter {
            pairs: kustomization.common_annotations.clone(),
            fields: configuration.common_annotations.clone(),
            at: kustomization.origin,
        };
        if !common.pairs.is_empty() || !kustomization.labels.is_empty() {
            self.push("LabelTransformer", Transformer::Entries(common));
        }
        if !annotations.pairs.is_empty() {
            self.push("AnnotationsTransformer", Transformer::Entries(annotations));
        }
        Ok(())
    }

    fn values(&mut self, configuration: &Configuration) {
        for replica in self.kustomization().replicas.clone() {
            let setter = ReplicaSetter { replica, fields: configuration.replicas.clone() };
            self.push("ReplicaCountTransformer", Transformer::Replicas(setter));
        }
        for image in self.kustomization().images.clone() {
            let setter = ImageSetter { image, fields: configuration.images.clone() };
            self.push("ImageTagTransformer", Transformer::Image(setter));
        }
    }
}

/// Sorts what naming a patch led to.
pub(crate) fn keep(loaded: Loaded, patches: &mut Vec<Patch>, gaps: &mut Vec<Gap>) {
    match loaded {
        Loaded::Patch(patch) => patches.push(patch),
        Loaded::Gap(gap) => gaps.push(gap),
    }
}
