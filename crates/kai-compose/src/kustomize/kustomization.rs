//! A kustomization file, read field by field.

use std::sync::Arc;

use camino::Utf8Path;
use kai_core::{Node, OriginId};

use super::charts::ChartArgs;
use super::configurations::read_specs;
use super::field_spec::FieldSpec;
use super::fields::{Fields, Pair, Text};
use super::generators::{GeneratorArgs, GeneratorOptions};
use super::images::Image;
use super::ordering::SortOptions;
use super::patches::PatchArgs;
use super::paths;
use super::replacements::Replacement;
use super::replicas::Replica;
use super::vars::Var;
use crate::{File, Project, Refusal};

/// What a kustomization file says.
#[derive(Debug, Clone)]
pub(crate) struct Kustomization {
    /// The name of the file within its folder.
    pub(crate) file_name: &'static str,
    pub(crate) origin: OriginId,
    pub(crate) is_component: bool,
    pub(crate) resources: Vec<Text>,
    pub(crate) components: Vec<Text>,
    pub(crate) crds: Vec<Text>,
    pub(crate) configurations: Vec<Text>,
    pub(crate) generators: Vec<Text>,
    pub(crate) transformers: Vec<Text>,
    pub(crate) validators: Vec<Text>,
    pub(crate) openapi: Vec<Pair>,
    pub(crate) name_prefix: Option<Text>,
    pub(crate) name_suffix: Option<Text>,
    pub(crate) namespace: Option<Text>,
    pub(crate) common_labels: Vec<Pair>,
    pub(crate) labels: Vec<Labels>,
    pub(crate) common_annotations: Vec<Pair>,
    pub(crate) patches_strategic_merge: Vec<Text>,
    pub(crate) patches_json6902: Vec<PatchArgs>,
    pub(crate) patches: Vec<PatchArgs>,
    pub(crate) images: Vec<Image>,
    pub(crate) replicas: Vec<Replica>,
    pub(crate) replacements: Vec<ReplacementField>,
    pub(crate) vars: Vec<Var>,
    pub(crate) config_maps: Vec<GeneratorArgs>,
    pub(crate) secrets: Vec<GeneratorArgs>,
    pub(crate) generator_options: Option<GeneratorOptions>,
    pub(crate) charts: Vec<ChartArgs>,
    pub(crate) build_metadata: Vec<Text>,
    pub(crate) sort_options: Option<SortOptions>,
}

/// One entry of `labels:`.
#[derive(Debug, Clone)]
pub(crate) struct Labels {
    pub(crate) pairs: Vec<Pair>,
    pub(crate) include_selectors: bool,
    pub(crate) include_templates: bool,
    pub(crate) fields: Vec<FieldSpec>,
    pub(crate) origin: OriginId,
}

/// One entry of `replacements:`.
#[derive(Debug, Clone)]
pub(crate) enum ReplacementField {
    Inline(Replacement),
    File(Text),
}

pub(crate) const FILE_NAMES: [&str; 3] =
    ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Finds and reads the kustomization file of a folder; nothing where the folder has none.
pub(crate) fn load(
    project: &Project<'_>,
    dir: &Utf8Path,
) -> Option<Result<Arc<Kustomization>, Refusal>> {
    let found: Vec<(&'static str, Arc<File>)> = FILE_NAMES
        .iter()
        .filter_map(|name| Some((*name, project.file(&dir.join(name))?)))
        .collect();
    match found.as_slice() {
        [] => None,
        [(name, file)] => Some(read(name, file, dir).map(Arc::new)),
        _ => {
            let message = format!("`{}` has more than one kustomization file", paths::shown(dir));
            Some(Err(Refusal::new(message)))
        }
    }
}

fn read(name: &'static str, file: &File, dir: &Utf8Path) -> Result<Kustomization, Refusal> {
    let dir = paths::shown(dir);
    if let Some(kind) = file.template {
        let message = format!("`{}` is a {} that nothing has filled in", file.path, kind.as_str());
        return Err(Refusal::new(message));
    }
    let Some(document) = file.documents.first() else {
        let message = match file.problems.first() {
            Some(problem) => format!("invalid kustomization `{}`: {}", file.path, problem.message),
            None => format!("the kustomization of `{dir}` is empty"),
        };
        return Err(Refusal::new(message));
    };
    let fields = Fields::of(&document.node, "kustomization")?;
    fields.only(FIELDS)?;
    if is_empty(&document.node) {
        let message = format!("the kustomization of `{dir}` is empty");
        return Err(Refusal::at(document.node.origin, message));
    }
    let is_component = check_type(&fields)?;
    Ok(Kustomization { is_component, ..of_fields(name, &fields)? })
}

impl Kustomization {
    /// A folder's own kustomization, or none, with what a tool adds to it before it builds the folder.
    /// Of single values those of the tool stand.
    pub(crate) fn with(own: Option<&Self>, additions: &Node) -> Result<Self, Refusal> {
        let fields = Fields::of(additions, "kustomization")?;
        let additions = of_fields(FILE_NAMES[0], &fields)?;
        let Some(own) = own else { return Ok(additions) };
        Ok(Self {
            resources: [own.resources.as_slice(), &additions.resources].concat(),
            components: [own.components.as_slice(), &additions.components].concat(),
            patches: [own.patches.as_slice(), &additions.patches].concat(),
            images: [own.images.as_slice(), &additions.images].concat(),
            name_prefix: additions.name_prefix.or_else(|| own.name_prefix.clone()),
            name_suffix: additions.name_suffix.or_else(|| own.name_suffix.clone()),
            namespace: additions.namespace.or_else(|| own.namespace.clone()),
            ..own.clone()
        })
    }
}

fn of_fields(name: &'static str, fields: &Fields<'_>) -> Result<Kustomization, Refusal> {
    Ok(Kustomization {
        file_name: name,
        origin: fields.origin,
        is_component: false,
        resources: [fields.texts("resources")?, fields.texts("bases")?].concat(),
        components: fields.texts("components")?,
        crds: fields.texts("crds")?,
        configurations: fields.texts("configurations")?,
        generators: fields.texts("generators")?,
        transformers: fields.texts("transformers")?,
        validators: fields.texts("validators")?,
        openapi: fields.pairs("openapi")?,
        name_prefix: fields.some_text("namePrefix")?,
        name_suffix: fields.some_text("nameSuffix")?,
        namespace: fields.some_text("namespace")?,
        common_labels: fields.pairs("commonLabels")?,
        labels: fields.all("labels", read_labels)?,
        common_annotations: fields.pairs("commonAnnotations")?,
        patches_strategic_merge: fields.texts("patchesStrategicMerge")?,
        patches_json6902: fields.all("patchesJson6902", PatchArgs::read)?,
        patches: fields.all("patches", PatchArgs::read)?,
        images: [fields.all("images", Image::read)?, fields.all("imageTags", Image::read)?]
            .concat(),
        replicas: fields.all("replicas", Replica::read)?,
        replacements: fields.all("replacements", read_replacement_field)?,
        vars: fields.all("vars", Var::read)?,
        config_maps: fields.all("configMapGenerator", GeneratorArgs::config_map)?,
        secrets: fields.all("secretGenerator", GeneratorArgs::secret)?,
        generator_options: fields
            .nested("generatorOptions")?
            .as_ref()
            .map(GeneratorOptions::read)
            .transpose()?,
        charts: read_charts(fields)?,
        build_metadata: read_build_metadata(fields)?,
        sort_options: fields.nested("sortOptions")?.as_ref().map(SortOptions::read).transpose()?,
    })
}

const FIELDS: &[&str] = &[
    "apiVersion",
    "kind",
    "metadata",
    "openapi",
    "namePrefix",
    "nameSuffix",
    "namespace",
    "commonLabels",
    "labels",
    "commonAnnotations",
    "patchesStrategicMerge",
    "patchesJson6902",
    "patches",
    "images",
    "imageTags",
    "replacements",
    "replicas",
    "vars",
    "sortOptions",
    "resources",
    "components",
    "crds",
    "bases",
    "configMapGenerator",
    "secretGenerator",
    "helmGlobals",
    "helmCharts",
    "helmChartInflationGenerator",
    "generatorOptions",
    "configurations",
    "generators",
    "transformers",
    "validators",
    "buildMetadata",
];

/// True when nothing is said but the type.
fn is_empty(node: &Node) -> bool {
    node.as_map().is_none_or(|map| {
        map.iter().all(|it| {
            it.key.eq_ignore_ascii_case("apiVersion")
                || it.key.eq_ignore_ascii_case("kind")
                || it.node.is_null()
                || it.node.as_str() == Some("")
        })
    })
}

/// Whether it is a component, and whether it says a type that Kustomize takes.
fn check_type(fields: &Fields<'_>) -> Result<bool, Refusal> {
    let kind = fields.some_text("kind")?;
    let is_component = kind.as_ref().is_some_and(|it| it.value == "Component");
    if let Some(kind) = &kind
        && !is_component
        && kind.value != "Kustomization"
    {
        return Err(Refusal::at(kind.origin, "kind should be Kustomization or Component"));
    }
    let (kind, required) = if is_component {
        ("Component", "kustomize.config.k8s.io/v1alpha1")
    } else {
        ("Kustomization", "kustomize.config.k8s.io/v1beta1")
    };
    match fields.some_text("apiVersion")? {
        Some(version) if version.value != required => {
            Err(Refusal::at(version.origin, format!("apiVersion for {kind} should be {required}")))
        }
        _ => Ok(is_component),
    }
}

fn read_labels(fields: &Fields<'_>) -> Result<Labels, Refusal> {
    fields.only(&["pairs", "includeSelectors", "includeTemplates", "fields"])?;
    Ok(Labels {
        pairs: fields.pairs("pairs")?,
        include_selectors: fields.flag("includeSelectors")?,
        include_templates: fields.flag("includeTemplates")?,
        fields: read_specs(fields, "fields")?,
        origin: fields.origin,
    })
}

pub(super) fn read_replacement_field(fields: &Fields<'_>) -> Result<ReplacementField, Refusal> {
    fields.only(&["source", "targets", "path"])?;
    let has_inline = fields.get("source").is_some() || !fields.list("targets")?.is_empty();
    match fields.some_text("path")? {
        Some(path) if has_inline => {
            Err(Refusal::at(path.origin, "cannot specify both path and inline replacement"))
        }
        Some(path) => Ok(ReplacementField::File(path)),
        None => Replacement::read(fields).map(ReplacementField::Inline),
    }
}

fn read_charts(fields: &Fields<'_>) -> Result<Vec<ChartArgs>, Refusal> {
    let globals = fields.nested("helmGlobals")?;
    let older = fields.nested_list("helmChartInflationGenerator")?;
    let mut home = None;
    // The last one says it for all, unless the globals are there.
    for fields in globals.as_ref().map_or(older.as_slice(), std::slice::from_ref) {
        home = fields.some_text("chartHome")?.or(home);
    }
    let charts = fields.nested_list("helmCharts")?;
    let charts = charts.iter().map(|it| ChartArgs::read(it, home.as_ref()));
    charts.chain(older.iter().map(|it| ChartArgs::read_older(it, home.as_ref()))).collect()
}

fn read_build_metadata(fields: &Fields<'_>) -> Result<Vec<Text>, Refusal> {
    fields.texts("buildMetadata")
}
