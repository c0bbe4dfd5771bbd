//! Objects and files that tell a tool which folder to apply: Argo CD, Flux, Config Sync, Skaffold.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Entry, Healer, Map, Node, OriginId, SmolStr};

use super::environment::{self, EnvironmentEvidence};
use super::generator;
use super::given::{self, Given};
use super::inclusion::{parent, resolve};
use super::object::group;
use super::plan::{Overrides, RootPlan, Source};
use crate::Project;
use crate::helm::{self, ChartSource, StoredChart};

/// One folder that somebody points at.
#[derive(Debug, Clone)]
pub(super) struct Pointer {
    /// As people name it: "Argo CD Application `checkout`".
    pub(super) who: String,
    /// The root or file that holds the pointer.
    pub(super) from: Utf8PathBuf,
    /// The same with what tells apart the installations of one chart.
    pub(super) from_key: String,
    /// The repository it points into, as its last two words; empty where it does not say.
    pub(super) repository: String,
    /// The folder as written, from the top of that repository.
    pub(super) folder: Utf8PathBuf,
    pub(super) takes: Takes,
    pub(super) overrides: Overrides,
    /// A chart that was fetched before, in the place of a folder.
    pub(super) fetched: Option<Arc<StoredChart>>,
    /// How many installations make the object that points.
    pub(super) depth: usize,
    /// What is said of the installation, should the folder be a chart.
    pub(super) given: Option<Box<Given>>,
    /// Itself, where it puts back what is changed by hand.
    pub(super) healer: Option<Healer>,
    /// What the pointer's own name says about the environment.
    pub(super) environment: Option<EnvironmentEvidence>,
}

impl Pointer {
    /// True for what a chart writes to have itself installed again, under the same name.
    pub(super) fn asks_for(&self, plan: &RootPlan) -> bool {
        let Source::Release(release) = &plan.source else { return false };
        let is_named =
            self.given.as_ref().is_some_and(|it| Some(&it.name) == plan.release.as_ref());
        is_named
            && match (&release.chart, &self.fetched) {
                (ChartSource::Fetched(own), Some(fetched)) => own == fetched,
                (ChartSource::InTree(own), None) => own.ends_with(&self.folder),
                _ => false,
            }
    }

    /// The same where the root that holds it runs in this environment.
    pub(super) fn within(mut self, around: Option<&EnvironmentEvidence>) -> Self {
        self.environment = self.environment.or_else(|| {
            let text = format!("{} in `{}` points at it", self.who, self.from);
            around.map(|it| EnvironmentEvidence { environment: it.environment, text })
        });
        self
    }
}

/// What a tool takes from a folder that has no kustomization file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// Its own files (Argo CD).
    Files,
    /// Its own files and those of all folders below (Argo CD, `directory.recurse`).
    FilesBelow,
    /// Kustomizations and files of all folders below (Flux writes a kustomization of them).
    EverythingBelow,
    /// Nothing: the folder must hold a kustomization file (Skaffold) or a chart (Flux).
    Nothing,
}

/// True for kinds that may hold pointers.
pub(super) fn may_point(object: &Node) -> bool {
    let api_version = object.str_at(&["apiVersion"]).unwrap_or_default();
    matches!(
        (group(api_version), object.str_at(&["kind"]).unwrap_or_default()),
        ("argoproj.io", "Application" | "ApplicationSet")
            | ("kustomize.toolkit.fluxcd.io", "Kustomization")
            | ("helm.toolkit.fluxcd.io", "HelmRelease")
            | ("configsync.gke.io", "RootSync" | "RepoSync")
    )
}

/// The pointers that an object holds, which is one of several.
pub(super) fn of_object(
    object: &Node,
    all: &[Node],
    project: &Project<'_>,
    from: &Utf8Path,
) -> Vec<Pointer> {
    if !may_point(object) {
        return Vec::new();
    }
    match object.str_at(&["kind"]) {
        Some("Application") => of_application(object, project, from, "Application"),
        Some("ApplicationSet") => of_application_set(object, project, from),
        Some("HelmRelease") => of_helm_release(object, all, project, from).into_iter().collect(),
        Some("Kustomization") => of_flux(object, all, project, from).into_iter().collect(),
        Some("RootSync" | "RepoSync") => of_config_sync(object, from).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn of_application(
    application: &Node,
    project: &Project<'_>,
    from: &Utf8Path,
    kind: &str,
) -> Vec<Pointer> {
    let Some(spec) = application.get("spec") else { return Vec::new() };
    let name = name_of(application);
    let sources = spec.get("source").into_iter();
    let sources = sources.chain(spec.get("sources").map(Node::items).unwrap_or_default());
    let cluster = spec.str_at(&["destination", "name"]).unwrap_or_default();
    let mut pointers = Vec::new();
    for source in sources {
        let fetched = helm::of_argo_source(source).and_then(|it| project.stored(&it));
        let path = source.str_at(&["path"]).filter(|_| source.get("chart").is_none());
        let folder = match (&fetched, path.and_then(from_the_top)) {
            (Some(_), _) => Utf8PathBuf::new(),
            (None, Some(folder)) => folder,
            (None, None) => continue,
        };
        let files = if fetched.is_some() { source_of_values(spec) } else { Some(source) };
        let url = files.and_then(|it| it.str_at(&["repoURL"]));
        let recurse = source.at(&["directory", "recurse"]).and_then(Node::as_bool) == Some(true);
        pointers.push(Pointer {
            who: format!("Argo CD {kind} `{name}`"),
            from: from.to_owned(),
            from_key: from.to_string(),
            repository: repository(url.unwrap_or_default()),
            folder,
            fetched,
            depth: 0,
            takes: if recurse { Takes::FilesBelow } else { Takes::Files },
            overrides: Overrides {
                default_namespace: text(spec.at(&["destination", "namespace"])),
                ..Overrides::default()
            },
            given: Some(Box::new(given::by_argo(&name, spec, source))),
            healer: healer_of_argo(&name, spec, source),
            environment: named(kind, &name).or_else(|| named("cluster", cluster)),
        });
    }
    pointers
}

/// The source that gives only files of values.
fn source_of_values(spec: &Node) -> Option<&Node> {
    spec.get("sources")
        .map(Node::items)
        .unwrap_or_default()
        .iter()
        .find(|it| it.get("ref").is_some())
}

/// What generators make whose values stand in the text or in the tree.
fn of_application_set(set: &Node, project: &Project<'_>, from: &Utf8Path) -> Vec<Pointer> {
    let name = name_of(set);
    let mut pointers = Vec::new();
    for application in generator::applications(set, project).applications {
        pointers.extend(of_application(&application, project, from, "ApplicationSet"));
    }
    for pointer in &mut pointers {
        pointer.who = format!("Argo CD ApplicationSet `{name}`");
    }
    pointers
}

/// A chart of a repository of code, or one that was fetched from a repository of charts.
fn of_helm_release(
    release: &Node,
    all: &[Node],
    project: &Project<'_>,
    from: &Utf8Path,
) -> Option<Pointer> {
    let spec = release.get("spec")?;
    if spec.get("suspend").and_then(Node::as_bool) == Some(true) {
        return None;
    }
    let chart = spec.at(&["chart", "spec"]).or_else(|| referred_chart(release, spec, all));
    let source = chart.and_then(|it| it.get("sourceRef"));
    let is_here = source.and_then(|it| it.str_at(&["kind"])) == Some("GitRepository");
    let fetched = match is_here {
        true => None,
        false => Some(project.stored(helm::of_flux_release(project, release).first()?)?),
    };
    let folder = match is_here {
        true => from_the_top(chart?.str_at(&["chart"])?)?,
        false => Utf8PathBuf::new(),
    };
    let repository = source.filter(|_| is_here).and_then(|it| it.str_at(&["name"]));
    let name = name_of(release);
    let namespace = spec.get("targetNamespace").or(release.at(&["metadata", "namespace"]));
    Some(Pointer {
        who: format!("Flux HelmRelease `{name}`"),
        from: from.to_owned(),
        from_key: from.to_string(),
        repository: repository.unwrap_or_default().to_ascii_lowercase(),
        folder,
        fetched,
        depth: 0,
        takes: Takes::Nothing,
        overrides: Overrides { default_namespace: text(namespace), ..Overrides::default() },
        given: Some(Box::new(given::by_flux(&name, release, spec, all))),
        healer: healer_of_release(&name, spec),
        environment: named("Flux HelmRelease", &name),
    })
}

/// What the object says that a release takes its chart from, where it is a `HelmChart`.
pub(super) fn referred_chart<'a>(release: &Node, spec: &Node, all: &'a [Node]) -> Option<&'a Node> {
    let reference = spec.get("chartRef")?;
    let own = release.str_at(&["metadata", "namespace"]);
    let namespace = reference.str_at(&["namespace"]).or(own);
    let name = reference.str_at(&["name"])?;
    let is_meant = |it: &&Node| {
        let namespaces = [namespace, it.str_at(&["metadata", "namespace"])];
        it.str_at(&["kind"]) == Some("HelmChart")
            && it.str_at(&["metadata", "name"]) == Some(name)
            && (namespaces[0] == namespaces[1] || namespaces.contains(&None))
    };
    let is_chart = reference.str_at(&["kind"]) == Some("HelmChart");
    all.iter().filter(|_| is_chart).find(is_meant)?.get("spec")
}

pub(super) fn of_flux(
    kustomization: &Node,
    all: &[Node],
    project: &Project<'_>,
    from: &Utf8Path,
) -> Option<Pointer> {
    let api_version = kustomization.str_at(&["apiVersion"]).unwrap_or_default();
    if group(api_version) != "kustomize.toolkit.fluxcd.io" {
        return None;
    }
    let spec = kustomization.get("spec")?;
    let name = name_of(kustomization);
    let path = spec.get("path");
    let folder = from_the_top(path.and_then(Node::as_str).unwrap_or("."))?;
    let source = spec.get("sourceRef")?;
    if spec.get("suspend").and_then(Node::as_bool) == Some(true) {
        return None;
    }
    let substitutions = spec.at(&["postBuild", "substitute"]).and_then(Node::as_map);
    let mut variables: Vec<Variable> =
        substitutions.into_iter().flatten().filter_map(variable).collect();
    let from_objects = spec.at(&["postBuild", "substituteFrom"]).map(Node::items);
    let mut has_unknown_variables = false;
    // The last object has the last word, unless the text itself says it.
    for reference in from_objects.unwrap_or_default().iter().rev() {
        match settings(kustomization, reference, all, project) {
            Some(found) => variables.extend(found),
            None => has_unknown_variables = true,
        }
    }
    Some(Pointer {
        who: format!("Flux Kustomization `{name}`"),
        from: from.to_owned(),
        from_key: from.to_string(),
        repository: source.str_at(&["name"]).unwrap_or_default().to_ascii_lowercase(),
        folder,
        fetched: None,
        depth: 0,
        takes: Takes::EverythingBelow,
        overrides: Overrides {
            default_namespace: None,
            additions: additions(spec),
            variables,
            has_unknown_variables,
        },
        given: None,
        healer: healer("Kustomization", &name, None),
        environment: named("Flux Kustomization", &name),
    })
}

/// A name, its value, and where that is written.
type Variable = (SmolStr, SmolStr, OriginId);

fn variable(entry: &Entry) -> Option<Variable> {
    Some((entry.key.clone(), SmolStr::new(entry.node.text()?), entry.node.origin))
}

/// The variables in a ConfigMap that a Kustomization takes them from: one beside it, or the only one of
/// its name. Nothing where that is not here, or holds what nobody here can read.
fn settings(
    kustomization: &Node,
    reference: &Node,
    all: &[Node],
    project: &Project<'_>,
) -> Option<Vec<Variable>> {
    let namespace = kustomization.str_at(&["metadata", "namespace"]);
    let name = reference.str_at(&["name"])?;
    if reference.str_at(&["kind"]) != Some("ConfigMap") {
        return None;
    }
    let is_meant = |it: &&Node| {
        let own = it.str_at(&["metadata", "namespace"]);
        it.str_at(&["kind"]) == Some("ConfigMap")
            && it.str_at(&["metadata", "name"]) == Some(name)
            && (own == namespace || own.is_none() || namespace.is_none())
    };
    let beside = all.iter().find(is_meant);
    let mut anywhere = project.files().flat_map(|it| &it.objects).filter(is_meant);
    let object = match beside {
        Some(object) => object,
        None => anywhere.next().filter(|_| anywhere.next().is_none())?,
    };
    if object.get("sops").is_some() {
        return None;
    }
    let data = object.get("data").and_then(Node::as_map);
    data.into_iter().flatten().map(variable).collect()
}

/// The fields of a Flux Kustomization that stand in a kustomization file under the same or another
/// name (`generator.go` of its kustomize-controller).
fn additions(spec: &Node) -> Option<Node> {
    const FIELDS: [(&str, &str); 6] = [
        ("targetNamespace", "namespace"),
        ("namePrefix", "namePrefix"),
        ("nameSuffix", "nameSuffix"),
        ("components", "components"),
        ("patches", "patches"),
        ("images", "images"),
    ];
    let mut map = Map::new();
    for (field, name) in FIELDS {
        let Some(entry) = spec.as_map().and_then(|it| it.entry(field)) else { continue };
        map.set(name, entry.key_origin, entry.node.clone());
    }
    (!map.is_empty()).then(|| Node::map(map, spec.origin))
}

fn of_config_sync(sync: &Node, from: &Utf8Path) -> Option<Pointer> {
    let git = sync.at(&["spec", "git"])?;
    let path = git.get("dir")?;
    let name = name_of(sync);
    Some(Pointer {
        who: format!("Config Sync `{name}`"),
        from: from.to_owned(),
        from_key: from.to_string(),
        repository: repository(git.str_at(&["repo"]).unwrap_or_default()),
        folder: from_the_top(path.as_str()?)?,
        fetched: None,
        depth: 0,
        takes: Takes::FilesBelow,
        overrides: Overrides::default(),
        given: None,
        healer: healer(sync.str_at(&["kind"]).unwrap_or_default(), &name, git.str_at(&["branch"])),
        environment: named("Config Sync", &name),
    })
}

/// The folders that a Skaffold file hands to Kustomize, by itself or in one of its profiles.
pub(super) fn of_skaffold(config: &Node, file: &Utf8Path) -> Vec<Pointer> {
    let is_skaffold = config.str_at(&["apiVersion"]).is_some_and(|it| it.starts_with("skaffold/"));
    if !is_skaffold {
        return Vec::new();
    }
    let mut pointers = skaffold_paths(config, file, &format!("Skaffold (`{file}`)"), None);
    for profile in config.get("profiles").map(Node::items).unwrap_or_default() {
        let name = profile.str_at(&["name"]).unwrap_or_default();
        let who = format!("the Skaffold profile `{name}`");
        pointers.extend(skaffold_paths(profile, file, &who, named("Skaffold profile", name)));
    }
    pointers
}

fn skaffold_paths(
    node: &Node,
    file: &Utf8Path,
    who: &str,
    environment: Option<EnvironmentEvidence>,
) -> Vec<Pointer> {
    let lists = [&["manifests", "kustomize", "paths"][..], &["deploy", "kustomize", "paths"]];
    let paths = lists.iter().filter_map(|it| node.at(it)).flat_map(Node::items);
    let pointers = paths.filter_map(|path| {
        Some(Pointer {
            who: who.to_owned(),
            from: file.to_owned(),
            from_key: file.to_string(),
            repository: String::new(),
            folder: resolve(&parent(file), path.as_str()?)?,
            fetched: None,
            depth: 0,
            takes: Takes::Nothing,
            overrides: Overrides::default(),
            given: None,
            healer: None,
            environment: environment.clone(),
        })
    });
    pointers.collect()
}

fn healer(kind: &str, name: &str, revision: Option<&str>) -> Option<Healer> {
    Some(Healer { name: format!("{kind}/{name}").into(), revision: revision.map(SmolStr::from) })
}

/// Argo CD leaves changes by hand alone until the next commit, unless it is told to heal.
fn healer_of_argo(name: &str, spec: &Node, source: &Node) -> Option<Healer> {
    let automated = spec.at(&["syncPolicy", "automated"])?;
    let says = |key: &str| automated.get(key).and_then(Node::as_bool);
    if says("selfHeal") != Some(true) || says("enabled") == Some(false) {
        return None;
    }
    // `HEAD` and no name at all mean the default branch; a chart's revision is no branch.
    let revision = source.str_at(&["targetRevision"]).filter(|it| !["HEAD", ""].contains(it));
    healer("Application", name, revision.filter(|_| source.get("chart").is_none()))
}

/// Flux leaves what Helm installed alone, unless it is told to look.
fn healer_of_release(name: &str, spec: &Node) -> Option<Healer> {
    let mode = spec.str_at(&["driftDetection", "mode"]);
    mode.filter(|it| *it == "enabled").and_then(|_| healer("HelmRelease", name, None))
}

fn name_of(object: &Node) -> String {
    object.str_at(&["metadata", "name"]).unwrap_or_default().to_owned()
}

fn named(kind: &str, name: &str) -> Option<EnvironmentEvidence> {
    let environment = environment::of_name(name)?;
    Some(EnvironmentEvidence { environment, text: format!("the {kind} is called `{name}`") })
}

fn text(node: Option<&Node>) -> Option<(SmolStr, OriginId)> {
    let node = node?;
    Some((SmolStr::new(node.as_str().filter(|it| !it.is_empty())?), node.origin))
}

fn from_the_top(path: &str) -> Option<Utf8PathBuf> {
    resolve(Utf8Path::new(""), path.trim_start_matches('/'))
}

/// `owner/name` of a repository's URL, whatever its protocol.
pub(super) fn repository(url: &str) -> String {
    let url = url.trim_end_matches('/').trim_end_matches(".git").to_ascii_lowercase();
    let mut words: Vec<&str> = url.split(['/', ':']).filter(|it| !it.is_empty()).collect();
    let words = words.split_off(words.len().saturating_sub(2));
    words.join("/")
}
