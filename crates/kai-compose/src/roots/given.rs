//! What objects say of the installation of a chart: its name, its namespace, its values.

use camino::Utf8Path;
use kai_core::{Gap, GapKind, Map, Node, OriginId, SmolStr};

use super::inclusion::resolve;
use super::plan::Release;
use super::release::installation;
use crate::Project;
use crate::helm::{self, ChartSource, Layer, SetKind, TextValues};

/// What an object says of an installation, whichever chart it means.
#[derive(Debug, Clone, Default)]
pub(super) struct Given {
    pub(super) name: SmolStr,
    /// Where it is installed; empty where nothing says so.
    pub(super) namespace: SmolStr,
    /// Files of values as written, and whether one may be absent.
    pub(super) files: Vec<(ValuesFile, bool)>,
    /// Values that stand in the object, as a text or a mapping, the last word last.
    pub(super) values: Vec<Node>,
    /// Single values, as `--set` takes them.
    pub(super) parameters: Vec<Parameter>,
    /// With its `v`; empty where nothing says so.
    pub(super) kubernetes: SmolStr,
    pub(super) api_versions: Vec<SmolStr>,
    /// The name of the chart, as the object says it.
    pub(super) at: Option<OriginId>,
    /// Values that come from where nobody here can look.
    pub(super) unknown: Vec<Gap>,
}

#[derive(Debug, Clone)]
pub(super) enum ValuesFile {
    /// Relative to the chart.
    InChart(String),
    /// From the top of the repository.
    FromTop(String),
}

impl ValuesFile {
    fn text(&self) -> &str {
        let (Self::InChart(text) | Self::FromTop(text)) = self;
        text
    }

    /// Nothing where there is no such file.
    fn layer(
        &self,
        project: &Project<'_>,
        chart: &ChartSource,
        tops: &[&Utf8Path],
    ) -> Option<Layer> {
        let file = |folder: &Utf8Path, text: &str| {
            resolve(folder, text).filter(|it| project.file(it).is_some()).map(Layer::File)
        };
        match (self, chart) {
            (Self::InChart(text), ChartSource::InTree(folder)) => file(folder, text),
            (Self::InChart(text), ChartSource::Fetched(_)) => {
                chart.values(project, text).map(Layer::Tree)
            }
            (Self::FromTop(text), _) => {
                let text = text.trim_start_matches('/');
                tops.iter().find_map(|top| file(top, text))
            }
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) is_text: bool,
    /// True where commas in it separate, as on a command line.
    pub(super) is_command_line: bool,
    pub(super) origin: OriginId,
}

impl Given {
    /// The installation of a chart, or why it cannot be known. `tops` are folders that may be the
    /// top of the repository, the likeliest first.
    pub(super) fn release(
        &self,
        project: &Project<'_>,
        chart: &ChartSource,
        tops: &[&Utf8Path],
    ) -> Result<Release, Vec<Gap>> {
        let mut gaps = self.unknown.clone();
        let (mut layers, mut problems, mut overwritten) = (Vec::new(), Vec::new(), Vec::new());
        for (file, may_be_absent) in &self.files {
            match file.layer(project, chart, tops) {
                Some(layer) => layers.push(layer),
                None if *may_be_absent => {}
                None => {
                    let what = format!("{}, values of `{}`", file.text(), chart.path());
                    gaps.push(Gap { kind: GapKind::AbsentFile, what, at: None });
                }
            }
        }
        for values in &self.values {
            match tree(project, values) {
                Ok(text) => {
                    layers.push(Layer::Tree(text.tree));
                    problems.extend(text.problems);
                    overwritten.extend(text.overwritten);
                }
                Err(kind) => {
                    let what = format!("values of `{}`", chart.path());
                    gaps.push(Gap { kind, what, at: Some(values.origin) });
                }
            }
        }
        if !gaps.is_empty() {
            return Err(gaps);
        }
        layers.extend(self.parameters.iter().map(Parameter::layer));
        let mut release = helm::Release::default();
        self.name_it(&mut release);
        let at = self.at.unwrap_or(OriginId::NONE);
        let release = installation(chart.clone(), release, layers);
        Ok(Release { at, problems, overwritten, ..release })
    }

    /// What the installation is called, where, and for which cluster.
    pub(super) fn name_it(&self, release: &mut helm::Release) {
        let set = |field: &mut SmolStr, said: &SmolStr| {
            if !said.is_empty() {
                field.clone_from(said);
            }
        };
        set(&mut release.name, &self.name);
        set(&mut release.namespace, &self.namespace);
        set(&mut release.kubernetes, &self.kubernetes);
        release.api_versions.clone_from(&self.api_versions);
    }
}

/// Values that stand in an object: a mapping as it is, a text read as YAML.
fn tree(project: &Project<'_>, values: &Node) -> Result<TextValues, GapKind> {
    if values.as_map().is_some() {
        return Ok(TextValues::of(values.clone()));
    }
    if matches!(values.value, kai_core::Value::Unknown(_)) {
        return Err(GapKind::Template);
    }
    if values.is_null() || values.as_str().is_some_and(|it| it.trim().is_empty()) {
        return Ok(TextValues::of(Node::map(Map::new(), values.origin)));
    }
    helm::values_in(project.origins(), values).map_err(|_| GapKind::Broken)
}

impl Parameter {
    /// Argo CD and Helmfile hand parameters over as `--set` does; commas are not separators there.
    fn layer(&self) -> Layer {
        let is_list = self.value.starts_with('{') && self.value.ends_with('}');
        let value = match is_list || self.is_command_line {
            true => self.value.clone(),
            false => self.value.replace(',', "\\,"),
        };
        Layer::Set {
            text: format!("{}={value}", self.name),
            kind: if self.is_text { SetKind::Text } else { SetKind::Typed },
            origin: self.origin,
        }
    }
}

/// What a source of an Argo CD Application says.
pub(super) fn by_argo(name: &str, spec: &Node, source: &Node) -> Given {
    let empty = Node::null(source.origin);
    let helm = source.get("helm").unwrap_or(&empty);
    let text = |key: &str| helm.get(key).and_then(Node::text).unwrap_or_default();
    let or = |own: &str, other: &str| SmolStr::new(if own.is_empty() { other } else { own });
    let may_be_absent = helm.get("ignoreMissingValueFiles").and_then(Node::as_bool) == Some(true);
    let mut given = Given {
        name: or(text("releaseName"), name),
        namespace: or(
            text("namespace"),
            spec.str_at(&["destination", "namespace"]).unwrap_or_default(),
        ),
        kubernetes: helm.get("kubeVersion").and_then(Node::text).map(with_v).unwrap_or_default(),
        api_versions: texts(helm.get("apiVersions")),
        at: source.get("chart").map(|it| it.origin),
        ..Given::default()
    };
    for file in helm.get("valueFiles").map(Node::items).unwrap_or_default() {
        let Some(file) = file.text() else { continue };
        // `$name/path` is a file of another source, mostly of the same repository.
        let from_top = file.strip_prefix('$').and_then(|it| it.split_once('/'));
        let file = match (from_top, file.starts_with('/')) {
            (Some((_, path)), _) => ValuesFile::FromTop(path.to_owned()),
            (None, true) => ValuesFile::FromTop(file.to_owned()),
            (None, false) => ValuesFile::InChart(file.to_owned()),
        };
        given.files.push((file, may_be_absent));
    }
    // `valuesObject` takes the place of `values`.
    let values = helm.get("valuesObject").or(helm.get("values"));
    given.values.extend(values.cloned());
    for parameter in helm.get("parameters").map(Node::items).unwrap_or_default() {
        let (Some(name), Some(value)) = (parameter.str_at(&["name"]), parameter.get("value"))
        else {
            continue;
        };
        given.parameters.push(Parameter {
            name: name.to_owned(),
            value: value.text().unwrap_or_default().to_owned(),
            is_text: parameter.get("forceString").and_then(Node::as_bool) == Some(true),
            is_command_line: false,
            origin: value.origin,
        });
    }
    for parameter in helm.get("fileParameters").map(Node::items).unwrap_or_default() {
        let what = format!("fileParameters of {name}");
        given.unknown.push(Gap { kind: GapKind::AbsentFile, what, at: Some(parameter.origin) });
    }
    given
}

/// What a HelmRelease of Flux says; `all` may hold the ConfigMaps that it takes values from.
pub(super) fn by_flux(name: &str, release: &Node, spec: &Node, all: &[Node]) -> Given {
    let own = release.str_at(&["metadata", "namespace"]).unwrap_or_default();
    let target = spec.str_at(&["targetNamespace"]);
    let prefixed = target.map_or_else(|| name.to_owned(), |it| format!("{it}-{name}"));
    let mut given = Given {
        name: spec.str_at(&["releaseName"]).map_or_else(|| prefixed.into(), SmolStr::new),
        namespace: target.unwrap_or(own).into(),
        at: spec.at(&["chart", "spec", "chart"]).or(spec.get("chartRef")).map(|it| it.origin),
        ..Given::default()
    };
    let files = spec.at(&["chart", "spec", "valuesFiles"]);
    let is_in_repository =
        spec.str_at(&["chart", "spec", "sourceRef", "kind"]) == Some("GitRepository");
    let may_be_absent =
        spec.at(&["chart", "spec", "ignoreMissingValuesFiles"]).and_then(Node::as_bool);
    for file in texts(files) {
        let file = match is_in_repository {
            true => ValuesFile::FromTop(file.to_string()),
            false => ValuesFile::InChart(file.to_string()),
        };
        given.files.push((file, may_be_absent == Some(true)));
    }
    for from in spec.get("valuesFrom").map(Node::items).unwrap_or_default() {
        match values_from(from, own, all) {
            Some(values) => given.values.push(values),
            None if from.get("optional").and_then(Node::as_bool) == Some(true) => {}
            None => {
                let what = from.str_at(&["name"]).unwrap_or_default();
                let what = format!("{what}, values of HelmRelease/{name}");
                given.unknown.push(Gap { kind: GapKind::AbsentFile, what, at: Some(from.origin) });
            }
        }
    }
    given.values.extend(spec.get("values").cloned());
    given
}

/// The text under a key of a ConfigMap or Secret, where it is here and can be read.
fn values_from(from: &Node, namespace: &str, all: &[Node]) -> Option<Node> {
    let (kind, name) = (from.str_at(&["kind"])?, from.str_at(&["name"])?);
    if from.get("targetPath").is_some() {
        return None;
    }
    let object = all.iter().find(|it| {
        it.str_at(&["kind"]) == Some(kind)
            && it.str_at(&["metadata", "name"]) == Some(name)
            && it.str_at(&["metadata", "namespace"]).unwrap_or(namespace) == namespace
    })?;
    let key = from.str_at(&["valuesKey"]).unwrap_or("values.yaml");
    let field = if kind == "Secret" { "stringData" } else { "data" };
    object.at(&[field, key]).filter(|it| it.as_str().is_some()).cloned()
}

fn texts(node: Option<&Node>) -> Vec<SmolStr> {
    let items = node.map(Node::items).unwrap_or_default();
    items.iter().filter_map(|it| it.text().map(SmolStr::new)).collect()
}

fn with_v(version: &str) -> SmolStr {
    format!("v{}", version.trim_start_matches('v')).into()
}
