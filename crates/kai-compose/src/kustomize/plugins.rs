//! `generators`, `transformers` and `validators`: built-in plugins that objects configure.

use kai_core::{Gap, GapKind, Map, Node, Role};

use super::accumulate::Target;
use super::charts::ChartArgs;
use super::configurations::read_specs;
use super::embedded;
use super::field_spec::FieldSpec;
use super::fields::{Fields, Text, TextKind};
use super::generators::{Generated, GeneratorArgs};
use super::images::{Image, ImageSetter};
use super::kustomization::read_replacement_field;
use super::labels::EntrySetter;
use super::metadata::Provenance;
use super::names::{NameAffix, Side};
use super::namespace::{NamespaceSetter, Subjects};
use super::patches::{self, Loaded, PatchArgs};
use super::paths;
use super::replicas::{Replica, ReplicaSetter};
use super::resource::Resource;
use super::resources;
use super::transformers::{Step, Transformer, keep};
use super::value_add::{ValueAdd, ValueTarget};
use crate::Refusal;

/// The objects that an entry holds itself; none when it is a path.
pub(crate) fn inline(target: &Target<'_>, entry: &Text) -> Option<Vec<Resource>> {
    let inline = embedded::parse(target.origins(), entry);
    if inline.problem.is_some() || inline.documents.is_empty() {
        return None;
    }
    let mut objects = resources::read(inline.documents.iter().map(|it| &it.node)).ok()?;
    if let Some(provenance) = &target.provenance {
        let provenance = provenance.append(target.kustomization.file_name);
        super::metadata::annotate_origin(&mut objects, &provenance, false, entry.origin);
    }
    Some(objects)
}

/// What a generator makes.
pub(crate) enum Made {
    Object(Generated),
    /// The objects of a chart.
    Chart(Box<ChartArgs>),
}

/// Runs a generator; nothing where it is not one that can be run here.
pub(crate) fn generate(
    target: &Target<'_>,
    object: &Resource,
    gaps: &mut Vec<Gap>,
) -> Result<Option<Made>, Refusal> {
    if !is_built_in(object) {
        gaps.push(external(object));
        return Ok(None);
    }
    let fields = Fields::in_text(&object.node, "generator", TextKind::Plugin)?;
    match object.kind() {
        kind @ ("ConfigMapGenerator" | "SecretGenerator") => {
            let mut generator = match kind {
                "SecretGenerator" => GeneratorArgs::secret(&fields)?,
                _ => GeneratorArgs::config_map(&fields)?,
            };
            let metadata = metadata(object)?;
            generator.name = generator.name.or(metadata.some_text("name")?);
            generator.namespace = generator.namespace.or(metadata.some_text("namespace")?);
            let made = generator.generate(target.project, &target.dir, None)?;
            Ok(Some(Made::Object(made)))
        }
        "HelmChartInflationGenerator" => {
            let home = fields.some_text("chartHome")?;
            let chart = ChartArgs::read(&fields, home.as_ref())?;
            Ok(Some(Made::Chart(Box::new(chart))))
        }
        "IAMPolicyGenerator" => Ok(Some(Made::Object(service_account(target, object)?))),
        kind => Err(Refusal::at(object.node.origin, format!("`{kind}` is not a generator"))),
    }
}

/// The transformers that an object configures; none where they cannot be run here.
pub(crate) fn transformers(
    target: &Target<'_>,
    object: &Resource,
    gaps: &mut Vec<Gap>,
) -> Result<Vec<Step>, Refusal> {
    if !is_built_in(object) {
        gaps.push(external(object));
        return Ok(Vec::new());
    }
    let plugin = Plugin {
        target,
        object,
        fields: Fields::in_text(&object.node, "transformer", TextKind::Plugin)?,
    };
    let transformers = plugin.read(gaps)?;
    let provenance = target.provenance.as_ref().and_then(|_| Provenance::of_plugin(object));
    Ok(transformers
        .into_iter()
        .map(|transformer| Step { transformer, provenance: provenance.clone() })
        .collect())
}

struct Plugin<'a> {
    target: &'a Target<'a>,
    object: &'a Resource,
    fields: Fields<'a>,
}

impl Plugin<'_> {
    fn read(&self, gaps: &mut Vec<Gap>) -> Result<Vec<Transformer>, Refusal> {
        Ok(match self.object.kind() {
            "PrefixTransformer" => self.affix("prefix", Side::Prefix)?,
            "SuffixTransformer" => self.affix("suffix", Side::Suffix)?,
            "PrefixSuffixTransformer" => {
                [self.affix("prefix", Side::Prefix)?, self.affix("suffix", Side::Suffix)?].concat()
            }
            "NamespaceTransformer" => vec![self.namespace()?],
            "LabelTransformer" => vec![self.entries("labels")?],
            "AnnotationsTransformer" => vec![self.entries("annotations")?],
            "PatchTransformer" => {
                let args = PatchArgs::read(&self.fields)?;
                self.patch(args.load(self.target.project, &self.target.dir)?, gaps)
            }
            "PatchJson6902Transformer" => {
                let mut args = PatchArgs::read(&self.fields)?;
                args.patch = self.fields.some_text("jsonOp")?;
                self.patch(args.load_operations(self.target.project, &self.target.dir)?, gaps)
            }
            "PatchStrategicMergeTransformer" => self.merges(gaps)?,
            "ImageTagTransformer" => vec![self.image()?],
            "ReplicaCountTransformer" => vec![self.replicas()?],
            "ReplacementTransformer" => vec![self.replacements(gaps)?],
            "ValueAddTransformer" => vec![self.value_add(gaps)?],
            "HashTransformer" => vec![Transformer::Hash],
            kind => {
                let message = format!("unable to load builtin `{kind}`");
                return Err(Refusal::at(self.object.node.origin, message));
            }
        })
    }

    fn specs(&self) -> Result<Vec<FieldSpec>, Refusal> {
        read_specs(&self.fields, "fieldSpecs")
    }

    fn affix(&self, name: &'static str, side: Side) -> Result<Vec<Transformer>, Refusal> {
        if self.fields.get("fieldSpecs").is_none() {
            let message = "fieldSpecs is not expected to be nil";
            return Err(Refusal::at(self.object.node.origin, message));
        }
        let fields = self.specs()?;
        let text = self.fields.some_text(name)?;
        Ok(text
            .map(|text| Transformer::Affix(NameAffix { text, side, fields }))
            .into_iter()
            .collect())
    }

    fn namespace(&self) -> Result<Transformer, Refusal> {
        let subjects = match self.fields.some_text("setRoleBindingSubjects")? {
            None => Subjects::NamedDefault,
            Some(text) => match text.value.as_str() {
                "defaultOnly" => Subjects::NamedDefault,
                "allServiceAccounts" => Subjects::AllServiceAccounts,
                "none" => Subjects::None,
                other => {
                    let message = format!("invalid value `{other}` for setRoleBindingSubjects");
                    return Err(Refusal::at(text.origin, message));
                }
            },
        };
        let nothing = Text { value: Default::default(), origin: self.object.node.origin };
        Ok(Transformer::Namespace(NamespaceSetter {
            namespace: metadata(self.object)?.text("namespace")?.unwrap_or(nothing),
            fields: self.specs()?,
            unset_only: self.fields.flag("unsetOnly")?,
            subjects,
        }))
    }

    fn entries(&self, name: &'static str) -> Result<Transformer, Refusal> {
        let (pairs, fields) = (self.fields.pairs(name)?, self.specs()?);
        let at = self.object.node.origin;
        Ok(Transformer::Entries(EntrySetter { pairs, fields, at }))
    }

    fn patch(&self, loaded: Loaded, gaps: &mut Vec<Gap>) -> Vec<Transformer> {
        let mut patches = Vec::new();
        keep(loaded, &mut patches, gaps);
        vec![Transformer::Patches(patches)]
    }

    fn merges(&self, gaps: &mut Vec<Gap>) -> Result<Vec<Transformer>, Refusal> {
        let mut entries = self.fields.texts("paths")?;
        entries.extend(self.fields.some_text("patches")?);
        if entries.is_empty() {
            let message = "empty file path and empty patch content";
            return Err(Refusal::at(self.object.node.origin, message));
        }
        let mut patches = Vec::new();
        for entry in &entries {
            let (project, dir) = (self.target.project, &self.target.dir);
            keep(patches::load_strategic_merge(project, dir, entry)?, &mut patches, gaps);
        }
        Ok(vec![Transformer::Patches(patches)])
    }

    fn image(&self) -> Result<Transformer, Refusal> {
        let nothing = Node::null(self.object.node.origin);
        let fields = self.fields.get("imageTag").unwrap_or(&nothing);
        let image = Image::read(&Fields::in_text(fields, "imageTag", TextKind::Plugin)?)?;
        Ok(Transformer::Image(ImageSetter { image, fields: self.specs()? }))
    }

    fn replicas(&self) -> Result<Transformer, Refusal> {
        let nothing = Node::null(self.object.node.origin);
        let fields = self.fields.get("replica").unwrap_or(&nothing);
        let replica = Replica::read(&Fields::in_text(fields, "replica", TextKind::Plugin)?)?;
        Ok(Transformer::Replicas(ReplicaSetter { replica, fields: self.specs()? }))
    }

    fn replacements(&self, gaps: &mut Vec<Gap>) -> Result<Transformer, Refusal> {
        let mut all = Vec::new();
        for field in self.fields.all("replacements", read_replacement_field)? {
            all.extend(self.target.replacements(&field, gaps)?);
        }
        Ok(Transformer::Replacements(all))
    }

    fn value_add(&self, gaps: &mut Vec<Gap>) -> Result<Transformer, Refusal> {
        let at = self.object.node.origin;
        let named = self
            .fields
            .text("value")?
            .map(|it| Text { value: it.value.trim().into(), origin: it.origin });
        let folder =
            || Text { value: self.target.dir.file_name().unwrap_or_default().into(), origin: at };
        let value = named.filter(|it| !it.value.is_empty()).unwrap_or_else(folder);
        let mut targets = self.fields.all("targets", ValueTarget::read)?;
        if let Some(path) = self.fields.some_text("targetFilePath")? {
            match self.target.project.file(&paths::join(&self.target.dir, &path.value)) {
                None => gaps.push(self.target.absent(&path)),
                Some(file) => {
                    if let Some(document) = file.documents.first() {
                        let fields = Fields::in_text(&document.node, "targets", TextKind::Plugin)?;
                        targets.extend(fields.all("targets", ValueTarget::read)?);
                    }
                }
            }
        }
        if targets.is_empty() {
            return Err(Refusal::at(at, "must specify at least one target"));
        }
        Ok(Transformer::ValueAdd(ValueAdd { value, targets }))
    }
}

fn is_built_in(object: &Resource) -> bool {
    let gvk = object.gvk();
    gvk.group.is_empty() && gvk.version == "builtin"
}

fn metadata(object: &Resource) -> Result<Fields<'_>, Refusal> {
    match object.node.get("metadata") {
        Some(metadata) => Fields::in_text(metadata, "metadata", TextKind::Plugin),
        None => Err(Refusal::at(object.node.origin, "missing metadata")),
    }
}

/// A program that Kustomize would start, if it were allowed to.
fn external(object: &Resource) -> Gap {
    let what = format!("{} `{}`", object.kind(), object.name());
    Gap { kind: GapKind::Template, what, at: Some(object.node.origin) }
}

/// `IAMPolicyGenerator`: a ServiceAccount bound to one of Google's.
fn service_account(target: &Target<'_>, object: &Resource) -> Result<Generated, Refusal> {
    let at = object.node.origin;
    let text = |path: &[&str]| object.node.str_at(path).unwrap_or_default();
    if text(&["cloud"]) != "gke" {
        let message = format!("cloud provider `{}` is not supported", text(&["cloud"]));
        return Err(Refusal::at(at, message));
    }
    let account = format!(
        "{}@{}.iam.gserviceaccount.com",
        text(&["serviceAccount", "name"]),
        text(&["serviceAccount", "projectId"])
    );
    let stamp = target.origins().derived(Role::Generated, Some(at), &[]);
    let map = |entries: Vec<(&str, Node)>| {
        let entries = entries.into_iter().map(|(key, node)| kai_core::Entry {
            key: key.into(),
            key_origin: stamp,
            node,
        });
        Node::map(Map::from_entries(entries.collect()), stamp)
    };
    let string = |text: &str| Node::string(text, stamp);
    let annotations = map(vec![("iam.gke.io/gcp-service-account", string(&account))]);
    let mut metadata =
        vec![("annotations", annotations), ("name", string(text(&["kubernetesService", "name"])))];
    let namespace = text(&["kubernetesService", "namespace"]);
    if !namespace.is_empty() {
        metadata.push(("namespace", string(namespace)));
    }
    let resource = Resource::new(map(vec![
        ("apiVersion", string("v1")),
        ("kind", string("ServiceAccount")),
        ("metadata", map(metadata)),
    ]));
    Ok(Generated { resource, gaps: Vec::new() })
}
