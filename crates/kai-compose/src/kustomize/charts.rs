//! Charts that a kustomization installs.

use camino::Utf8Path;
use kai_core::{Node, OriginId, SmolStr};

use super::fields::{Fields, Text};
use super::paths::join;
use super::resource::Resource;
use super::resources;
use crate::helm::{self, ChartReference, ChartSource, Layer, Release};
use crate::{Project, Refusal};

/// An entry of `helmCharts`, or what a generator of the same name says.
#[derive(Debug, Clone)]
pub(crate) struct ChartArgs {
    /// As the kustomization names it.
    pub(crate) name: SmolStr,
    pub(crate) at: OriginId,
    version: Option<SmolStr>,
    /// Where it is published.
    reference: Option<ChartReference>,
    /// The folder of charts.
    home: SmolStr,
    release: Release,
    file: Option<Text>,
    more_files: Vec<Text>,
    inline: Option<Node>,
    file_role: FileRole,
    includes_crds: bool,
    skips_hooks: bool,
    skips_tests: bool,
}

/// What the file of values is where values stand in the kustomization too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FileRole {
    /// `override`: those in the kustomization win.
    Below,
    /// `merge`: the file wins.
    Above,
    /// `replace`: the file is not used.
    Unused,
}

const HOME: &str = "charts";

impl ChartArgs {
    /// # Errors
    ///
    /// What Kustomize refuses.
    pub(crate) fn read(fields: &Fields<'_>, home: Option<&Text>) -> Result<Self, Refusal> {
        let text = |name| fields.some_text(name).map(|it| it.map(|it| it.value));
        let default = Release::default();
        let kubernetes = text("kubeVersion")?;
        let kubernetes = kubernetes.map(|it| format!("v{}", it.trim_start_matches('v')).into());
        let file_role = match text("valuesMerge")?.as_deref() {
            None | Some("override") => FileRole::Below,
            Some("merge") => FileRole::Above,
            Some("replace") => FileRole::Unused,
            Some(other) => {
                let message = format!(
                    "valuesMerge must be one of merge, override and replace, not `{other}`"
                );
                return Err(Refusal::at(fields.origin, message));
            }
        };
        Ok(Self {
            name: text("name")?.unwrap_or_default(),
            at: fields.origin,
            version: text("version")?,
            reference: reference(fields, "name", "repo"),
            home: home.map_or(HOME.into(), |it| it.value.clone()),
            release: Release {
                name: text("releaseName")?.unwrap_or(default.name),
                namespace: text("namespace")?.unwrap_or(default.namespace),
                kubernetes: kubernetes.unwrap_or(default.kubernetes),
                api_versions: fields.texts("apiVersions")?.into_iter().map(|it| it.value).collect(),
                is_upgrade: false,
            },
            file: fields.some_text("valuesFile")?,
            more_files: fields.texts("additionalValuesFiles")?,
            inline: fields.get("valuesInline").filter(|it| it.as_map().is_some()).cloned(),
            file_role,
            includes_crds: fields.flag("includeCRDs")?,
            skips_hooks: fields.flag("skipHooks")?,
            skips_tests: fields.flag("skipTests")?,
        })
    }

    /// An entry of the older `helmChartInflationGenerator`.
    ///
    /// # Errors
    ///
    /// What Kustomize refuses.
    pub(crate) fn read_older(fields: &Fields<'_>) -> Result<Self, Refusal> {
        let home = fields.some_text("chartHome")?;
        let mut args = Self::read(fields, home.as_ref())?;
        args.name = fields.text("chartName")?.map_or_else(SmolStr::default, |it| it.value);
        args.reference = reference(fields, "chartName", "chartRepo");
        args.file = fields.some_text("values")?;
        Ok(args)
    }

    /// The objects of the chart; nothing where it is not in the tree.
    ///
    /// # Errors
    ///
    /// What Helm refuses, and values that are not there.
    pub(crate) fn render(
        &self,
        project: &Project<'_>,
        folder: &Utf8Path,
    ) -> Result<Option<Vec<Resource>>, Refusal> {
        let Some(chart) = self.chart(project, folder) else { return Ok(None) };
        let options = helm::Options {
            release: self.release.clone(),
            values: self.layers(folder),
            include_crds: self.includes_crds,
            no_hooks: self.skips_hooks,
            skip_tests: self.skips_tests,
            ..helm::Options::default()
        };
        let rendered = helm::template_of(project, &chart, &options).map_err(|it| {
            Refusal::at(self.at, format!("the chart `{}`: {}", self.name, it.message))
        })?;
        let objects = rendered.objects();
        resources::read(objects.iter()).map(Some)
    }

    /// A chart that was pulled stands in a folder of its version; else one may have been fetched.
    fn chart(&self, project: &Project<'_>, folder: &Utf8Path) -> Option<ChartSource> {
        let home = join(folder, &self.home);
        let pulled = self.version.as_ref().map(|it| home.join(format!("{}-{it}", self.name)));
        let folders = pulled.into_iter().chain([home]).map(|it| it.join(self.name.as_str()));
        let mut folders = folders.into_iter();
        let pulled = folders.find(|it| project.holds(&it.join("Chart.yaml")));
        let fetched = || project.stored(self.reference.as_ref()?);
        pulled.map(ChartSource::InTree).or_else(|| fetched().map(ChartSource::Fetched))
    }

    fn layers(&self, folder: &Utf8Path) -> Vec<Layer> {
        let file = self.file.as_ref().map(|it| Layer::File(join(folder, &it.value)));
        let inline = self.inline.clone().map(Layer::Tree);
        let (first, second) = match self.file_role {
            FileRole::Below => (file, inline),
            FileRole::Above => (inline, file),
            FileRole::Unused => (file.filter(|_| inline.is_none()), inline),
        };
        let more = self.more_files.iter().map(|it| Layer::File(join(folder, &it.value)));
        first.into_iter().chain(second).chain(more).collect()
    }
}

fn reference(fields: &Fields<'_>, name: &str, repository: &str) -> Option<ChartReference> {
    let repository = fields.get(repository)?.text()?;
    ChartReference::new(fields.get(name)?, repository, fields.get("version"))
}
