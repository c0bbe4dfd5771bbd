//! What objects say of the installation of a chart: its name, its namespace, its values.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Gap, GapKind, Map, Node, OriginId, SmolStr};

use super::inclusion::resolve;
use super::paths::files_of;
use super::plan::Release;
use super::pointer::repository;
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
    /// Values that stand in the object, the last word last.
    pub(super) values: Vec<Said>,
    /// Single values, as `--set` takes them.
    pub(super) parameters: Vec<Parameter>,
    /// Single values that are the text of a file beside the chart, as `--set-file` takes them.
    pub(super) file_parameters: Vec<Parameter>,
    /// With its `v`; empty where nothing says so.
    pub(super) kubernetes: SmolStr,
    pub(super) api_versions: Vec<SmolStr>,
    /// The name of the chart, as the object says it.
    pub(super) at: Option<OriginId>,
    /// Values that come from where nobody here can look.
    pub(super) unknown: Vec<Gap>,
    /// Single ones of them, for which marks stand in what is given.
    pub(super) open: Vec<Gap>,
}

#[derive(Debug, Clone)]
pub(super) enum ValuesFile {
    /// Relative to the chart.
    InChart(String),
    /// From the top of the repository.
    FromTop(String),
    /// From the top of another repository, which may stand in a folder of its name.
    Elsewhere { repository: String, path: String },
}

impl ValuesFile {
    fn text(&self) -> &str {
        let (Self::InChart(text) | Self::FromTop(text) | Self::Elsewhere { path: text, .. }) = self;
        text
    }

    /// The files that a pattern stands for, those of a folder before those of the folders in it (Argo CD,
    /// `docs/user-guide/helm.md`). None for what is no pattern.
    fn matches(
        &self,
        project: &Project<'_>,
        chart: &ChartSource,
        tops: &[&Utf8Path],
    ) -> Vec<Utf8PathBuf> {
        let below = |folder: &Utf8Path| {
            resolve(folder, self.text().trim_start_matches('/'))
                .map(|it| files_of(project, &it))
                .unwrap_or_default()
        };
        match (self, chart) {
            (Self::InChart(_), ChartSource::InTree(folder)) => below(folder),
            (Self::InChart(_), ChartSource::Fetched(_)) => Vec::new(),
            (Self::Elsewhere { repository, .. }, _) => below(Utf8Path::new(repository)),
            (Self::FromTop(_), _) => {
                tops.iter().map(|it| below(it)).find(|it| !it.is_empty()).unwrap_or_default()
            }
        }
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
            (Self::Elsewhere { repository, path }, _) => file(Utf8Path::new(repository), path),
            (Self::FromTop(text), _) => {
                let text = text.trim_start_matches('/');
                tops.iter().find_map(|top| file(top, text))
            }
        }
    }
}

/// Values that stand in an object.
#[derive(Debug, Clone)]
pub(super) enum Said {
    /// A mapping, or a text that holds one.
    Values(Node),
    Single(Parameter),
}

#[derive(Debug, Clone)]
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) kind: SetKind,
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
            let one = file.layer(project, chart, tops).map(|it| vec![it]);
            match one.or_else(|| self.matching(file, project, chart, tops, &layers)) {
                Some(found) => layers.extend(found),
                None if *may_be_absent => {}
                None => {
                    let what = format!("{}, values of `{}`", file.text(), chart.shown(project));
                    gaps.push(Gap { kind: GapKind::AbsentFile, what, at: None });
                }
            }
        }
        for said in &self.values {
            let values = match said {
                Said::Values(values) => values,
                Said::Single(parameter) => {
                    layers.push(parameter.layer());
                    continue;
                }
            };
            match tree(project, values) {
                Ok(text) => {
                    layers.push(Layer::Tree(text.tree));
                    problems.extend(text.problems);
                    overwritten.extend(text.overwritten);
                }
                Err(kind) => {
                    let what = format!("values of `{}`", chart.shown(project));
                    gaps.push(Gap { kind, what, at: Some(values.origin) });
                }
            }
        }
        layers.extend(self.parameters.iter().map(Parameter::layer));
        for parameter in &self.file_parameters {
            match parameter.layer_of_file(project, chart) {
                Some(layer) => layers.push(layer),
                None => {
                    let what = format!("{}, values of `{}`", parameter.value, chart.shown(project));
                    let at = Some(parameter.origin);
                    gaps.push(Gap { kind: GapKind::AbsentFile, what, at });
                }
            }
        }
        if !gaps.is_empty() {
            return Err(gaps);
        }
        let mut release = helm::Release::default();
        self.name_it(&mut release);
        let at = self.at.unwrap_or(OriginId::NONE);
        let release = installation(chart.clone(), release, layers);
        Ok(Release { at, problems, overwritten, gaps: self.open.clone(), ..release })
    }

    /// The files that a pattern stands for, without those that are named by themselves and those that
    /// came before. Nothing for what is no pattern, or one of no file.
    fn matching(
        &self,
        pattern: &ValuesFile,
        project: &Project<'_>,
        chart: &ChartSource,
        tops: &[&Utf8Path],
        before: &[Layer],
    ) -> Option<Vec<Layer>> {
        let found = pattern.matches(project, chart, tops);
        let named = self.files.iter().filter_map(|it| it.0.layer(project, chart, tops));
        let named: Vec<_> = named.collect();
        let taken: BTreeSet<_> = before.iter().chain(&named).filter_map(Layer::file).collect();
        let left = found.iter().filter(|it| !taken.contains(&***it));
        (!found.is_empty()).then(|| left.cloned().map(Layer::File).collect())
    }

    /// True where a file of values has a name that ends where an environment would be told:
    /// `values-.yaml`, which a template leaves of a value that nobody gives it here.
    pub(super) fn leaves_a_file_open(&self) -> bool {
        self.files.iter().any(|(file, _)| {
            let stem = Utf8Path::new(file.text()).file_stem().unwrap_or_default();
            stem.ends_with(['-', '.', '_'])
        })
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
        return Ok(TextValues::of(helm::with_marks(values)));
    }
    if matches!(values.value, kai_core::Value::Unknown(_)) {
        return Err(GapKind::Template);
    }
    if values.is_null() || values.as_str().is_some_and(|it| it.trim().is_empty()) {
        return Ok(TextValues::of(Node::map(Map::new(), values.origin)));
    }
    let text = helm::values_in(project.origins(), values).map_err(|_| GapKind::Broken)?;
    // Under a name that nobody knows anything may be given.
    if helm::has_open_key(&text.tree) { Err(GapKind::Value) } else { Ok(text) }
}

impl Parameter {
    /// Argo CD and Helmfile hand parameters over as `--set` does; commas are not separators there.
    fn layer(&self) -> Layer {
        let is_plain = self.is_command_line || self.kind == SetKind::Literal;
        let is_list = self.value.starts_with('{') && self.value.ends_with('}');
        let value = match is_list || is_plain {
            true => self.value.clone(),
            false => self.value.replace(',', "\\,"),
        };
        Layer::Set { text: format!("{}={value}", self.name), kind: self.kind, origin: self.origin }
    }
}

impl Parameter {
    /// The text of the file that the value names, relative to the chart.
    fn layer_of_file(&self, project: &Project<'_>, chart: &ChartSource) -> Option<Layer> {
        let path = resolve(chart.in_tree()?, &self.value)?;
        let file = project.raw(&path)?;
        let content = std::str::from_utf8(&file.bytes).ok()?;
        let text = format!("{}={content}", self.name);
        Some(Layer::Set { text, kind: SetKind::Literal, origin: self.origin })
    }
}

/// What Argo CD puts into `$NAME` of the fields of a source.
struct BuildEnvironment<'a> {
    application: &'a str,
    spec: &'a Node,
    source: &'a Node,
}

impl BuildEnvironment<'_> {
    /// The text with its variables filled in, of which those that Argo CD does not know are empty;
    /// nothing where one is not known before a commit is applied.
    fn fill(&self, text: &str) -> Option<String> {
        let (mut filled, mut rest) = (String::new(), text);
        while let Some((before, after)) = rest.split_once('$') {
            filled.push_str(before);
            let (name, behind) = variable(after);
            match name {
                // Twice is once.
                "" if after.starts_with('$') => {
                    filled.push('$');
                    rest = &after[1..];
                    continue;
                }
                "" => filled.push('$'),
                name => filled.push_str(self.value(name)?),
            }
            rest = behind;
        }
        filled.push_str(rest);
        Some(filled)
    }

    fn value(&self, name: &str) -> Option<&str> {
        let (of, path): (&Node, &[&str]) = match name {
            "ARGOCD_APP_NAME" => return Some(self.application),
            "ARGOCD_APP_NAMESPACE" => (self.spec, &["destination", "namespace"]),
            "ARGOCD_APP_PROJECT_NAME" => (self.spec, &["project"]),
            "ARGOCD_APP_SOURCE_PATH" => (self.source, &["path"]),
            "ARGOCD_APP_SOURCE_REPO_URL" => (self.source, &["repoURL"]),
            "ARGOCD_APP_SOURCE_TARGET_REVISION" => (self.source, &["targetRevision"]),
            "KUBE_VERSION" | "KUBE_API_VERSIONS" => return None,
            name if name.starts_with("ARGOCD_APP_REVISION") => return None,
            _ => return Some(""),
        };
        Some(of.str_at(path).unwrap_or_default())
    }
}

/// The name of a variable at the start of a text, with or without braces, and what is behind it.
fn variable(text: &str) -> (&str, &str) {
    if let Some((name, behind)) = text.strip_prefix('{').and_then(|it| it.split_once('}')) {
        return (name, behind);
    }
    let is_name = |it: char| it.is_ascii_alphanumeric() || it == '_';
    text.split_at(text.find(|it| !is_name(it)).unwrap_or(text.len()))
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
    let environment = BuildEnvironment { application: name, spec, source };
    let source_called = |name: &str| {
        let sources = spec.get("sources").map(Node::items).unwrap_or_default();
        sources.iter().find(|it| it.str_at(&["ref"]) == Some(name))
    };
    let repository_of = |it: &Node| repository(it.str_at(&["repoURL"]).unwrap_or_default());
    for node in helm.get("valueFiles").map(Node::items).unwrap_or_default() {
        let Some(file) = node.text() else { continue };
        // `$name/path` is a file of another source, mostly of the same repository.
        let from_top = file.strip_prefix('$').and_then(|it| it.split_once('/'));
        let named = from_top.and_then(|(name, path)| Some((source_called(name)?, path)));
        let (other, file) = match named {
            Some((other, path)) => (Some(other), path),
            None => (None, file),
        };
        let Some(file) = environment.fill(file) else {
            let what = format!("{file}, values of {name}");
            given.unknown.push(Gap { kind: GapKind::AbsentFile, what, at: Some(node.origin) });
            continue;
        };
        if file.contains("://") {
            let what = format!("{file}, values of {name}");
            given.unknown.push(Gap { kind: GapKind::AbsentFile, what, at: Some(node.origin) });
            continue;
        }
        // A chart of a repository of charts says nothing about which repository this is.
        let is_of_code = source.get("chart").is_none();
        let elsewhere =
            other.map(repository_of).filter(|it| is_of_code && *it != repository_of(source));
        let file = match (other, file.starts_with('/')) {
            (Some(_), _) if let Some(name) = elsewhere => {
                let name = name.rsplit('/').next().unwrap_or_default();
                ValuesFile::Elsewhere { repository: name.into(), path: file }
            }
            (Some(_), _) => ValuesFile::FromTop(file),
            (None, true) => ValuesFile::FromTop(file),
            (None, false) => ValuesFile::InChart(file),
        };
        given.files.push((file, may_be_absent));
    }
    // `valuesObject` takes the place of `values`.
    let values = helm.get("valuesObject").or(helm.get("values"));
    given.values.extend(values.cloned().map(Said::Values));
    for parameter in helm.get("parameters").map(Node::items).unwrap_or_default() {
        let (Some(name), Some(value)) = (parameter.str_at(&["name"]), parameter.get("value"))
        else {
            continue;
        };
        let Some(filled) = environment.fill(value.text().unwrap_or_default()) else {
            let what = format!("the parameter {name} of {}", environment.application);
            given.unknown.push(Gap { kind: GapKind::Value, what, at: Some(value.origin) });
            continue;
        };
        given.parameters.push(Parameter {
            name: name.to_owned(),
            value: filled,
            kind: typed_or_text(parameter.get("forceString").and_then(Node::as_bool) == Some(true)),
            is_command_line: false,
            origin: value.origin,
        });
    }
    for parameter in helm.get("fileParameters").map(Node::items).unwrap_or_default() {
        let (Some(name), Some(path)) = (parameter.str_at(&["name"]), parameter.get("path")) else {
            continue;
        };
        given.file_parameters.push(Parameter {
            name: name.to_owned(),
            value: path.text().and_then(|it| environment.fill(it)).unwrap_or_default(),
            kind: SetKind::Text,
            is_command_line: false,
            origin: path.origin,
        });
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
            Some(values) => given.values.push(of_target(from, values)),
            None if from.get("optional").and_then(Node::as_bool) == Some(true) => {}
            None => {
                let what = from.str_at(&["name"]).unwrap_or_default();
                let what = format!("{what}, values of HelmRelease/{name}");
                given.unknown.push(Gap { kind: GapKind::AbsentFile, what, at: Some(from.origin) });
            }
        }
    }
    given.values.extend(spec.get("values").cloned().map(Said::Values));
    if let Some(renderers) = spec.get("postRenderers").filter(|it| !it.items().is_empty()) {
        let what = format!("what `postRenderers` of HelmRelease/{name} change");
        given.open.push(Gap { kind: GapKind::Template, what, at: Some(renderers.origin) });
    }
    given
}

/// The text under a key of a ConfigMap or Secret, where it is here and can be read.
fn values_from(from: &Node, namespace: &str, all: &[Node]) -> Option<Node> {
    let (kind, name) = (from.str_at(&["kind"])?, from.str_at(&["name"])?);
    let object = all.iter().find(|it| {
        it.str_at(&["kind"]) == Some(kind)
            && it.str_at(&["metadata", "name"]) == Some(name)
            && it.str_at(&["metadata", "namespace"]).unwrap_or(namespace) == namespace
    })?;
    let key = from.str_at(&["valuesKey"]).unwrap_or("values.yaml");
    let field = if kind == "Secret" { "stringData" } else { "data" };
    object.at(&[field, key]).filter(|it| it.as_str().is_some()).cloned()
}

/// Values as such, or one value at the path that the reference names. Quotes around it make it a text.
fn of_target(from: &Node, values: Node) -> Said {
    let Some(name) = from.str_at(&["targetPath"]) else { return Said::Values(values) };
    let text = values.text().unwrap_or_default();
    let within = |quote: char| text.strip_prefix(quote).and_then(|it| it.strip_suffix(quote));
    let quoted = within('\'').or_else(|| within('"'));
    Said::Single(Parameter {
        name: name.to_owned(),
        value: quoted.unwrap_or(text).to_owned(),
        kind: typed_or_text(quoted.is_some()),
        is_command_line: true,
        origin: values.origin,
    })
}

fn typed_or_text(is_text: bool) -> SetKind {
    if is_text { SetKind::Text } else { SetKind::Typed }
}

fn texts(node: Option<&Node>) -> Vec<SmolStr> {
    let items = node.map(Node::items).unwrap_or_default();
    items.iter().filter_map(|it| it.text().map(SmolStr::new)).collect()
}

fn with_v(version: &str) -> SmolStr {
    format!("v{}", version.trim_start_matches('v')).into()
}
