//! Charts that a kustomization installs.

use camino::Utf8Path;
use kai_core::{Gap, GapKind, Map, Node, OriginId, SmolStr};

use super::absorb::absorb;
use super::accumulate::Accumulated;
use super::fields::{Fields, Text};
use super::generators::Generated;
use super::metadata::Provenance;
use super::paths::join;
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
        Self::read_named(fields, home, fields.some_text("name")?)
    }

    fn read_named(
        fields: &Fields<'_>,
        home: Option<&Text>,
        name: Option<Text>,
    ) -> Result<Self, Refusal> {
        let Some(name) = name else {
            return Err(Refusal::at(fields.origin, "chart name cannot be empty"));
        };
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
            name: name.value,
            at: fields.origin,
            version: text("version")?,
            reference: reference(fields, ["name", "repo", "version"]),
            home: home.map_or(HOME.into(), |it| it.value.clone()),
            release: Release {
                name: release_name(fields)?.unwrap_or(default.name),
                namespace: text("namespace")?.unwrap_or(default.namespace),
                kubernetes: kubernetes.unwrap_or(default.kubernetes),
                api_versions: fields.texts("apiVersions")?.into_iter().map(|it| it.value).collect(),
                is_upgrade: false,
            },
            file: fields.some_text("valuesFile")?,
            more_files: fields.texts("additionalValuesFiles")?,
            inline: inline(fields, "valuesInline"),
            file_role,
            includes_crds: fields.flag("includeCRDs")?,
            skips_hooks: fields.flag("skipHooks")?,
            skips_tests: fields.flag("skipTests")?,
        })
    }

    /// An entry of the older `helmChartInflationGenerator`, of which Kustomize makes one of
    /// `helmCharts` (`helmchartargs.go`): it forgets the namespace.
    ///
    /// # Errors
    ///
    /// What Kustomize refuses.
    pub(crate) fn read_older(fields: &Fields<'_>, home: Option<&Text>) -> Result<Self, Refusal> {
        let mut args = Self::read_named(fields, home, fields.some_text("chartName")?)?;
        let version = fields.some_text("chartVersion")?;
        args.version = version.map(|it| it.value);
        args.reference = reference(fields, ["chartName", "chartRepoUrl", "chartVersion"]);
        args.file = fields.some_text("values")?;
        args.inline = inline(fields, "valuesLocal");
        args.release.namespace = Release::default().namespace;
        Ok(args)
    }

    /// Adds the objects of the chart, or says that it, or one that it needs, is not here.
    ///
    /// # Errors
    ///
    /// What Helm refuses, values that are not there, and objects that are there already.
    pub(crate) fn add(
        &self,
        project: &Project<'_>,
        folder: &Utf8Path,
        gathered: &mut Accumulated,
        provenance: Option<&Provenance>,
    ) -> Result<(), Refusal> {
        let gap = |what| Gap { kind: GapKind::Chart, what, at: Some(self.at) };
        let Some(chart) = self.chart(project, folder) else {
            gathered.gaps.push(gap(self.name.to_string()));
            return Ok(());
        };
        let options = helm::Options {
            release: self.release.clone(),
            values: self.layers(project, &chart, folder)?,
            include_crds: self.includes_crds,
            no_hooks: self.skips_hooks,
            skip_tests: self.skips_tests,
            ..helm::Options::default()
        };
        let rendered = helm::template_of(project, &chart, &options).map_err(|it| {
            Refusal::at(self.at, format!("the chart `{}`: {}", self.name, it.message))
        })?;
        for name in &rendered.missing {
            gathered.gaps.push(gap(format!("{name} of `{}`", self.name)));
        }
        for resource in resources::read(rendered.objects().iter())? {
            absorb(gathered, Generated { resource, gaps: Vec::new() }, provenance, self.at)?;
        }
        Ok(())
    }

    /// One that was pulled from a repository stands in a folder of its version; else one may have been
    /// fetched.
    fn chart(&self, project: &Project<'_>, folder: &Utf8Path) -> Option<ChartSource> {
        let home = join(folder, &self.home);
        let version = self.version.as_ref().filter(|_| self.reference.is_some());
        let pulled = version.map(|it| home.join(format!("{}-{it}", self.name)));
        let pulled = pulled.map(|it| it.join(self.name.as_str()));
        let pulled = pulled.filter(|it| project.charts.finds(project, it));
        // Older ones were pulled into a folder without a version, and never asked for it again.
        let plain = || Some(home.join(self.name.as_str())).filter(|it| self.is_here(project, it));
        let pulled = pulled.or_else(plain);
        let fetched = || project.stored(self.reference.as_ref()?);
        pulled.map(ChartSource::InTree).or_else(|| fetched().map(ChartSource::Fetched))
    }

    /// True for a folder with the chart, in the version that is wanted of a repository.
    fn is_here(&self, project: &Project<'_>, folder: &Utf8Path) -> bool {
        if !project.charts.finds(project, folder) {
            return false;
        }
        let file = project.file(&folder.join("Chart.yaml"));
        let version = file.as_ref().and_then(|it| it.documents.first()?.node.str_at(&["version"]));
        let wanted = self.version.as_ref().filter(|_| self.reference.is_some());
        wanted
            .zip(version)
            .is_none_or(|(wanted, version)| helm::Constraint::allows(wanted, version))
    }

    /// The file that stands in the place of the chart's own values and the values of the kustomization
    /// are made one before Helm sees them.
    fn layers(
        &self,
        project: &Project<'_>,
        chart: &ChartSource,
        folder: &Utf8Path,
    ) -> Result<Vec<Layer>, Refusal> {
        let file = self.file.as_ref().map(|it| join(folder, &it.value));
        let first = match &self.inline {
            None => file.map(Layer::File),
            Some(inline) if self.file_role == FileRole::Unused => Some(Layer::Tree(inline.clone())),
            Some(inline) => {
                let base = match file {
                    Some(file) => Some(project.charts.values(project, &file)),
                    None => chart.own_values(project),
                };
                let base = base.transpose().map_err(|it| Refusal::at(self.at, it))?;
                let base = base.unwrap_or_else(|| Node::map(Map::new(), self.at));
                Some(Layer::Tree(match self.file_role {
                    FileRole::Above => merged(inline.clone(), &base),
                    _ => merged(base, inline),
                }))
            }
        };
        let more = self.more_files.iter().map(|it| Layer::File(join(folder, &it.value)));
        Ok(first.into_iter().chain(more).collect())
    }
}

/// What Kustomize makes of two sets of values (`merge2`): the second has the last word, and null in
/// it takes a key away, which leaves that to the chart.
fn merged(mut below: Node, above: &Node) -> Node {
    for entry in above.as_map().into_iter().flatten() {
        let Some(map) = below.map_mut() else { break };
        match map.get_mut(&entry.key) {
            _ if entry.node.is_null() => {
                map.remove(&entry.key);
            }
            Some(inner) if inner.as_map().is_some() && entry.node.as_map().is_some() => {
                *inner = merged(inner.clone(), &entry.node);
            }
            _ => map.set(&entry.key, entry.key_origin, entry.node.clone()),
        }
    }
    below
}

/// Values that stand in the kustomization; none count as absent.
fn inline(fields: &Fields<'_>, name: &str) -> Option<Node> {
    let values = fields.get(name)?;
    values.as_map().is_some_and(|it| !it.is_empty()).then(|| values.clone())
}

/// What is given, or what a template of a name gives.
fn release_name(fields: &Fields<'_>) -> Result<Option<SmolStr>, Refusal> {
    let (name, template) = (fields.some_text("releaseName")?, fields.some_text("nameTemplate")?);
    let Some(template) = template else { return Ok(name.map(|it| it.value)) };
    if name.is_some() {
        let message = "cannot set --name-template and also specify a name";
        return Err(Refusal::at(template.origin, message));
    }
    match helm::release_name(&template.value) {
        Some(name) => Ok(Some(name.into())),
        None => {
            let message = format!("`{}` is no template of a name", template.value);
            Err(Refusal::at(template.origin, message))
        }
    }
}

/// The fields of its name, its repository and its version.
fn reference(fields: &Fields<'_>, names: [&str; 3]) -> Option<ChartReference> {
    let [name, repository, version] = names.map(|it| fields.get(it));
    ChartReference::new(name?, repository?.text()?, version)
}
