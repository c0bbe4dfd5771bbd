//! Charts that a project names by where they are published.

use std::collections::BTreeMap;

use camino::Utf8Path;
use kai_core::{Node, OriginId, SmolStr};

use super::semver::Constraint;
use crate::Project;
use crate::kustomize::without_password;
use crate::roots::{group, is_kustomization_file, published_by_helmfiles};

/// A chart of a repository of charts.
#[derive(Debug, Clone)]
pub struct ChartReference {
    pub name: SmolStr,
    /// `https://…`, `http://…` or `oci://…`, without a slash at its end; for an archive that is named by its whole
    /// address, that.
    pub repository: SmolStr,
    /// A version, a range of versions or, with `sha256:`, a digest; empty for the newest.
    pub version: SmolStr,
    /// The line that names the chart.
    pub at: OriginId,
}

impl ChartReference {
    /// Nothing where the name or the repository is not in the text (a template's hole, an alias of
    /// somebody's Helm), or is no place in a network.
    #[must_use]
    pub fn new(name: &Node, repository: &str, version: Option<&Node>) -> Option<Self> {
        let version = version.and_then(Node::text).unwrap_or_default();
        let known = [name.text()?, repository, version];
        if known.iter().any(|it| it.contains("{{") || it.contains("${")) || known[0].is_empty() {
            return None;
        }
        let repository = repository.trim_end_matches('/');
        let is_remote = ["https://", "http://", "oci://"]
            .iter()
            .any(|it| repository.strip_prefix(it).is_some_and(|rest| !rest.is_empty()));
        is_remote.then(|| Self {
            name: known[0].into(),
            repository: repository.into(),
            version: version.into(),
            at: name.origin,
        })
    }

    /// A chart that is named by its whole address: `oci://registry/folder/name`, or that of an archive, where nobody
    /// asks for the version (`https://…/name-1.2.3.tgz`).
    #[must_use]
    pub fn whole(address: &Node, version: Option<&Node>) -> Option<Self> {
        let text = address.text()?.trim_end_matches('/');
        let (folder, last) = text.rsplit_once('/')?;
        if folder.starts_with("oci://") {
            return Self::new(&Node::string(last, address.origin), folder, version);
        }
        let name = Node::string(unpacked_name(last)?, address.origin);
        Self::new(&name, text, None)
    }

    /// True for one that is named by the address of its archive.
    #[must_use]
    pub fn is_archive(&self) -> bool {
        !self.repository.starts_with("oci://") && self.repository.ends_with(".tgz")
    }

    /// True where both name the same version of the same chart, wherever they do.
    fn is_same(&self, other: &Self) -> bool {
        let Self { name, repository, version, at: _ } = self;
        (name, repository, version) == (&other.name, &other.repository, &other.version)
    }

    /// The repository as it may be shown: without a password.
    #[must_use]
    pub fn shown_repository(&self) -> String {
        without_password(&self.repository)
    }

    /// What a person calls it: the name, and the version where one is given.
    #[must_use]
    pub fn shown(&self) -> String {
        if self.version.is_empty() {
            return self.name.to_string();
        }
        format!("{} {}", self.name, self.version)
    }
}

/// Every chart that the project names and does not hold, in the order of the files; behind those
/// what only Helmfiles say whose templates were run.
#[must_use]
pub fn references(project: &Project<'_>) -> Vec<ChartReference> {
    let sources = project.charts.sources(project);
    let mut found = Vec::new();
    for file in project.files() {
        let folder = file.path.parent().unwrap_or(Utf8Path::new(""));
        let documents = file.documents.iter().map(|it| &it.node);
        match file.path.file_name() {
            Some("Chart.yaml" | "requirements.yaml") => {
                documents.for_each(|it| found.extend(of_chart(project, folder, it)));
            }
            Some(_) if is_kustomization_file(&file.path) => {
                documents.for_each(|it| found.extend(of_kustomization(project, folder, it)));
            }
            Some(_) if is_helmfile(&file.path) => {
                documents.for_each(|it| found.extend(of_helmfile(it)));
            }
            _ => found.extend(file.objects.iter().flat_map(|it| sources.of_object(it))),
        }
    }
    for reference in published_by_helmfiles(project) {
        if !found.iter().any(|it| it.is_same(&reference)) {
            found.push(reference);
        }
    }
    found
}

/// What a chart needs and does not hold, as its lock says where there is one.
fn of_chart(project: &Project<'_>, folder: &Utf8Path, node: &Node) -> Vec<ChartReference> {
    let lock = ["Chart.lock", "requirements.lock"].map(|it| project.file(&folder.join(it)));
    let lock = lock.iter().flatten().find_map(|it| it.documents.first().map(|it| &it.node));
    let needed = node.get("dependencies").map(Node::items).unwrap_or_default();
    let references = needed.iter().filter_map(|it| of_dependency(it, lock));
    references.filter(|it| !holds_dependency(project, folder, &it.name)).collect()
}

/// What one entry of a chart's dependencies names; the version of the lock goes first.
pub(crate) fn of_dependency(entry: &Node, lock: Option<&Node>) -> Option<ChartReference> {
    let repository = entry.str_at(&["repository"])?;
    let name = entry.get("name")?;
    let locked = lock.and_then(|it| it.get("dependencies")).map(Node::items).unwrap_or_default();
    let wanted = entry.get("version");
    let range = wanted.and_then(Node::text).filter(|it| !it.is_empty()).unwrap_or("*");
    let is_same = |it: &&Node| {
        let version = it.str_at(&["version"]).unwrap_or_default();
        it.str_at(&["name"]) == name.text() && Constraint::allows(range, version)
    };
    let version = locked.iter().find(is_same).and_then(|it| it.get("version"));
    ChartReference::new(name, repository, version.or(wanted))
}

/// True where `charts` holds a chart of this name, as a folder or an archive.
fn holds_dependency(project: &Project<'_>, folder: &Utf8Path, name: &str) -> bool {
    let charts = folder.join("charts");
    project.paths_below(&charts).any(|path| {
        let first = path.strip_prefix(&charts).ok().and_then(|it| it.iter().next());
        first.is_some_and(|it| is_chart_called(it, name))
    })
}

/// `redis` of `redis-1.2.3.tgz`.
fn unpacked_name(archive: &str) -> Option<&str> {
    let stem = archive.strip_suffix(".tgz").filter(|it| !it.is_empty())?;
    let mut dashes = stem.match_indices('-').map(|(at, _)| at);
    let end = dashes.find(|at| {
        let version = &stem[at + 1..];
        version.strip_prefix('v').unwrap_or(version).starts_with(|it: char| it.is_ascii_digit())
    });
    Some(&stem[..end.unwrap_or(stem.len())])
}

/// True for the folder or the archive of a chart with this name.
pub(crate) fn is_chart_called(file: &str, name: &str) -> bool {
    file == name || is_archive(file, name)
}

fn is_archive(file: &str, name: &str) -> bool {
    let rest = file.strip_prefix(name).and_then(|it| it.strip_prefix('-'));
    let version = rest.and_then(|it| it.strip_suffix(".tgz"));
    version.is_some_and(|it| it.starts_with(|it: char| it.is_ascii_digit() || it == 'v'))
}

/// `helmCharts`, which Kustomize looks for in a folder before it fetches them.
fn of_kustomization(project: &Project<'_>, folder: &Utf8Path, node: &Node) -> Vec<ChartReference> {
    let home = node.str_at(&["helmGlobals", "chartHome"]).unwrap_or("charts");
    let charts = node.get("helmCharts").map(Node::items).unwrap_or_default();
    let references = charts.iter().filter_map(|it| {
        ChartReference::new(it.get("name")?, it.str_at(&["repo"])?, it.get("version"))
    });
    references.filter(|it| !project.is_folder(&folder.join(home).join(it.name.as_str()))).collect()
}

/// True for a file that lists releases for Helmfile.
pub(crate) fn is_helmfile(path: &Utf8Path) -> bool {
    let is_named = path.file_name().is_some_and(|it| it.starts_with("helmfile."));
    is_named || path.parent().is_some_and(|it| it.file_name() == Some("helmfile.d"))
}

/// Releases name their chart by the name of a repository that the file lists, or by its address.
fn of_helmfile(node: &Node) -> Vec<ChartReference> {
    let releases = node.get("releases").map(Node::items).unwrap_or_default();
    releases.iter().filter_map(|it| of_helmfile_release(node, it)).collect()
}

/// The chart of a repository that a release of a Helmfile names.
pub(crate) fn of_helmfile_release(node: &Node, release: &Node) -> Option<ChartReference> {
    let repositories = node.get("repositories").map(Node::items).unwrap_or_default();
    let url = |name: &str| {
        let found = repositories.iter().find(|it| it.str_at(&["name"]) == Some(name))?;
        let url = found.str_at(&["url"])?;
        let is_oci = found.get("oci").and_then(Node::as_bool) == Some(true);
        Some(if is_oci { registry(url) } else { url.to_owned() })
    };
    let (chart, version) = (release.get("chart")?, release.get("version"));
    if chart.text()?.contains("://") {
        return ChartReference::whole(chart, version);
    }
    let (repository, name) = chart.text()?.split_once('/')?;
    ChartReference::new(&Node::string(name, chart.origin), &url(repository)?, version)
}

/// An address of a registry; Argo CD and Helmfile leave the scheme out.
fn registry(url: &str) -> String {
    if url.contains("://") { url.to_owned() } else { format!("oci://{url}") }
}

/// What Flux's objects name charts by.
#[derive(Debug, Default)]
pub(super) struct Sources {
    /// `HelmRepository` and `OCIRepository` by kind and name.
    by_name: BTreeMap<(SmolStr, SmolStr), Vec<Node>>,
}

impl Sources {
    /// The repositories among the objects that are written in files.
    pub(super) fn of(project: &Project<'_>) -> Self {
        let mut sources = Self::default();
        for object in project.files().flat_map(|it| &it.objects) {
            let kind = object.str_at(&["kind"]).unwrap_or_default();
            let name = object.str_at(&["metadata", "name"]).unwrap_or_default();
            let api_version = object.str_at(&["apiVersion"]).unwrap_or_default();
            let is_source = group(api_version) == "source.toolkit.fluxcd.io"
                && matches!(kind, "HelmRepository" | "OCIRepository");
            if is_source {
                let key = (kind.into(), name.into());
                sources.by_name.entry(key).or_default().push(object.clone());
            }
        }
        sources
    }

    /// The charts of repositories that an object of the Kubernetes API names.
    fn of_object(&self, object: &Node) -> Vec<ChartReference> {
        let api_version = object.str_at(&["apiVersion"]).unwrap_or_default();
        let kind = object.str_at(&["kind"]).unwrap_or_default();
        let Some(spec) = object.get("spec") else { return Vec::new() };
        match (group(api_version), kind) {
            ("argoproj.io", "Application") => of_application(spec),
            ("argoproj.io", "ApplicationSet") => {
                spec.at(&["template", "spec"]).map(of_application).unwrap_or_default()
            }
            ("helm.toolkit.fluxcd.io", "HelmRelease") => {
                let chart = spec.at(&["chart", "spec"]).and_then(|it| self.of_flux(object, it));
                let whole = spec.get("chartRef").and_then(|it| self.of_chart_ref(object, it));
                chart.into_iter().chain(whole).collect()
            }
            ("source.toolkit.fluxcd.io", "HelmChart") => {
                self.of_flux(object, spec).into_iter().collect()
            }
            ("helm.cattle.io", "HelmChart") => of_rancher(spec).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// A chart by its name and the object that says where charts are published.
    fn of_flux(&self, object: &Node, chart: &Node) -> Option<ChartReference> {
        let source = self.source(object, chart.get("sourceRef")?, "HelmRepository")?;
        let url = source.str_at(&["spec", "url"])?;
        ChartReference::new(chart.get("chart")?, url, chart.get("version"))
    }

    /// A chart that is an object of its own.
    fn of_chart_ref(&self, object: &Node, chart: &Node) -> Option<ChartReference> {
        let source = self.source(object, chart, "OCIRepository")?;
        let reference = source.at(&["spec", "ref"]);
        let version = ["digest", "semver", "tag"].iter().find_map(|it| reference?.get(it));
        let latest = Node::string("latest", OriginId::NONE);
        let whole = source.at(&["spec", "url"])?;
        let found = ChartReference::whole(whole, version.or(Some(&latest)))?;
        Some(ChartReference { at: chart.get("name")?.origin, ..found })
    }

    /// The object that another one refers to, of its own namespace where nothing else is said. One
    /// that says no namespace is in whichever it is applied to.
    fn source(&self, object: &Node, reference: &Node, kind: &str) -> Option<&Node> {
        let name = reference.str_at(&["name"])?;
        if reference.str_at(&["kind"]) != Some(kind) {
            return None;
        }
        let namespace = reference.str_at(&["namespace"]).or_else(|| namespace_of(object));
        let named = self.by_name.get(&(kind.into(), name.into()))?;
        let exact = named.iter().find(|it| namespace.is_some() && namespace_of(it) == namespace);
        let open = named.iter().find(|it| namespace.is_none() || namespace_of(it).is_none());
        exact.or(open)
    }
}

fn namespace_of(object: &Node) -> Option<&str> {
    object.str_at(&["metadata", "namespace"])
}

fn of_application(spec: &Node) -> Vec<ChartReference> {
    let sources = spec.get("sources").map(Node::items).unwrap_or_default();
    let sources = spec.get("source").into_iter().chain(sources);
    sources.filter_map(of_argo_source).collect()
}

/// The chart that a source of an Argo CD Application names.
pub(crate) fn of_argo_source(source: &Node) -> Option<ChartReference> {
    let repository = registry(source.str_at(&["repoURL"])?);
    ChartReference::new(source.get("chart")?, &repository, source.get("targetRevision"))
}

/// The chart of a repository that a HelmRelease of Flux names.
pub(crate) fn of_flux_release(project: &Project<'_>, release: &Node) -> Vec<ChartReference> {
    project.charts.sources(project).of_object(release)
}

/// What k3s and RKE2 install.
fn of_rancher(spec: &Node) -> Option<ChartReference> {
    let (chart, version) = (spec.get("chart")?, spec.get("version"));
    match spec.str_at(&["repo"]) {
        Some(repository) => ChartReference::new(chart, repository, version),
        None => ChartReference::whole(chart, version),
    }
}
