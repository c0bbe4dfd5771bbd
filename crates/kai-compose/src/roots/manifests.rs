//! Plain manifests: files with objects that nobody else takes, grouped into what is applied as one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Environment, Gap, GapKind, Lookup, Node, Root, RootKind, path_order};

use super::environment::{self, EnvironmentEvidence};
use super::inclusion::{Inclusions, parent};
use super::object;
use super::plan::{Part, RootPlan, Source};
use crate::{File, Project};

/// The files of a project that hold objects, and its charts.
#[derive(Debug, Default)]
pub(super) struct Manifests {
    /// Sorted by path.
    pub(super) files_with_objects: Vec<Utf8PathBuf>,
    /// Files that Prometheus or Alertmanager reads, sorted by path.
    pub(super) monitoring_files: Vec<Utf8PathBuf>,
    /// Folders with a `Chart.yaml`, those inside other charts left out.
    pub(super) charts: BTreeSet<Utf8PathBuf>,
    /// Files that were not read, or not as a whole, by folder.
    unread: BTreeMap<Utf8PathBuf, Vec<Gap>>,
}

impl Manifests {
    pub(super) fn of(project: &Project<'_>) -> Self {
        let mut result = Self::default();
        for file in project.files() {
            if let Some(kind) = unread(file).filter(|_| !file.is_foreign(project.origins())) {
                let gap = Gap { kind, what: file.path.to_string(), at: None };
                result.unread.entry(parent(&file.path)).or_default().push(gap);
            }
            if file.path.file_name() == Some("Chart.yaml") && is_chart(project, file) {
                let folder = parent(&file.path);
                // Sorted by path, so an outer chart comes before those in its `charts/`.
                if !folder.ancestors().skip(1).any(|it| result.charts.contains(it)) {
                    result.charts.insert(folder);
                }
            } else if file.documents.iter().any(|it| object::is_object(&it.node))
                && !object::is_kustomization_file(&file.path)
            {
                result.files_with_objects.push(file.path.clone());
            } else if file.documents.iter().any(|it| object::is_monitoring(&it.node)) {
                result.monitoring_files.push(file.path.clone());
            }
        }
        result
    }

    /// Files beside the given ones that may hold objects too, but were not read.
    pub(super) fn unread_beside(&self, files: &[Utf8PathBuf]) -> Vec<Gap> {
        let folders: BTreeSet<Utf8PathBuf> = files.iter().map(|it| parent(it)).collect();
        folders.iter().filter_map(|it| self.unread.get(it)).flatten().cloned().collect()
    }

    pub(super) fn is_in_chart(&self, path: &Utf8Path) -> bool {
        self.chart_of(path).is_some()
    }

    /// The chart that a file is part of.
    pub(super) fn chart_of<'a>(&self, path: &'a Utf8Path) -> Option<&'a Utf8Path> {
        path.ancestors().skip(1).find(|it| self.charts.contains(*it))
    }
}

/// Why something of a file is missing. A problem inside of a document that was read (a key that
/// is written twice) hides nothing.
fn unread(file: &File) -> Option<GapKind> {
    let is_inside =
        |start: u32| file.documents.iter().any(|it| it.start <= start && start < it.end);
    match file.template {
        Some(_) => Some(GapKind::Template),
        None => {
            let mut spans = file.problems.iter().map(|it| it.span);
            let is_broken = spans.any(|it| it.is_none_or(|it| !is_inside(it.start)));
            is_broken.then_some(GapKind::Broken)
        }
    }
}

/// True for what is one by its words, or by the templates beside it where those are broken.
fn is_chart(project: &Project<'_>, file: &File) -> bool {
    let has = |key| file.documents.first().is_some_and(|it| it.node.get(key).is_some());
    has("name") && (has("version") || has("apiVersion"))
        || project.is_folder(&parent(&file.path).join("templates"))
}

/// The roots that the remaining files make.
pub(super) fn group(
    project: &Project<'_>,
    manifests: &Manifests,
    inclusions: &Inclusions,
    consumed: &BTreeSet<&Utf8Path>,
) -> Vec<RootPlan> {
    let is_left =
        |it: &&Utf8PathBuf| !consumed.contains(it.as_path()) && !manifests.is_in_chart(it);
    let (left_out, taken): (Vec<_>, Vec<_>) = manifests
        .files_with_objects
        .iter()
        .filter(is_left)
        .partition(|it| kustomization_above(inclusions, it).is_some());
    // A kustomization or a chart puts them into objects, which are read.
    let monitoring = manifests
        .monitoring_files
        .iter()
        .filter(is_left)
        .filter(|it| kustomization_above(inclusions, it).is_none());
    let mut plans = Vec::new();
    for (folder, files) in merge_below(by_folder(taken, monitoring)) {
        plans.extend(plans_of(project, manifests, folder, files));
    }
    for (folder, files) in by_folder(left_out, std::iter::empty()) {
        let above = kustomization_above(inclusions, &files[0]).map(Utf8Path::to_owned);
        plans.extend(above.map(|above| left_out_by(project, manifests, &above, &folder, files)));
    }
    plans
}

/// Files by the folder they lie in, in the order of the folders. Those of the first list come first.
fn by_folder<'a>(
    files: Vec<&'a Utf8PathBuf>,
    more: impl Iterator<Item = &'a Utf8PathBuf>,
) -> Vec<(Utf8PathBuf, Vec<Utf8PathBuf>)> {
    let mut folders: Vec<(Utf8PathBuf, Vec<Utf8PathBuf>)> = Vec::new();
    let mut places: Lookup<&str, usize> = Lookup::new();
    for path in files.into_iter().chain(more) {
        let folder = path.parent().unwrap_or(Utf8Path::new(""));
        let place = *places.get_or_insert_with(folder.as_str(), || folders.len());
        if place == folders.len() {
            folders.push((folder.to_owned(), Vec::new()));
        }
        folders[place].1.push(path.clone());
    }
    folders.sort_by(|one, other| path_order(&one.0, &other.0));
    folders
}

fn plans_of(
    project: &Project<'_>,
    manifests: &Manifests,
    folder: Utf8PathBuf,
    files: Vec<Utf8PathBuf>,
) -> Vec<RootPlan> {
    let alternatives = alternatives(project, &files);
    let mut plans = Vec::new();
    for path in &alternatives {
        let reason = Root::VARIANT.to_owned();
        plans.push(plan(project, manifests, path.clone(), vec![path.clone()], reason));
    }
    let rest: Vec<_> = files.into_iter().filter(|it| !alternatives.contains(it)).collect();
    match rest.as_slice() {
        [] => {}
        [file] => {
            let reason = "one file of manifests".to_owned();
            plans.push(plan(project, manifests, file.clone(), rest.clone(), reason));
        }
        _ => {
            let reason = format!("a folder of {} manifest files", rest.len());
            plans.push(plan(project, manifests, folder, rest, reason));
        }
    }
    plans
}

/// The nearest folder with a kustomization, the top folder only for files in it.
fn kustomization_above<'a>(inclusions: &Inclusions, file: &'a Utf8Path) -> Option<&'a Utf8Path> {
    let beside = file.parent().filter(|it| inclusions.kustomizations.contains_key(*it));
    beside.or_else(|| inclusions.above(file))
}

/// Files that the kustomization beside or above them does not take: parts of patches, variants that
/// are switched off. They are shown, but nobody applies them.
fn left_out_by(
    project: &Project<'_>,
    manifests: &Manifests,
    above: &Utf8Path,
    folder: &Utf8Path,
    files: Vec<Utf8PathBuf>,
) -> RootPlan {
    let path = match files.as_slice() {
        [file] => file.clone(),
        _ => folder.join("*.yaml"),
    };
    let reason = format!("the kustomization in `{}` takes none of these files", shown(above));
    let mut plan = plan(project, manifests, path, files, reason);
    plan.environment = Some(left_out(above));
    plan
}

/// What is left out by the kustomization beside or above it ranks as what is archived.
pub(super) fn left_out(above: &Utf8Path) -> EnvironmentEvidence {
    EnvironmentEvidence {
        environment: Environment::Archive,
        text: format!("the kustomization in `{}` leaves it out", shown(above)),
    }
}

fn shown(folder: &Utf8Path) -> &Utf8Path {
    if folder.as_str().is_empty() { Utf8Path::new(".") } else { folder }
}

/// A folder takes the folders below it along, as `kubectl apply -R` does, unless they are another
/// environment. The top folder takes nothing: what lies there is often a stray.
fn merge_below(
    folders: Vec<(Utf8PathBuf, Vec<Utf8PathBuf>)>,
) -> Vec<(Utf8PathBuf, Vec<Utf8PathBuf>)> {
    let mut merged: Vec<(Utf8PathBuf, Vec<Utf8PathBuf>)> = Vec::new();
    let mut places: Lookup<String, usize> = Lookup::new();
    for (folder, files) in folders {
        let above = folder.ancestors().skip(1).find_map(|it| {
            let place = places.get(it.as_str()).filter(|_| !it.as_str().is_empty())?;
            let rest = folder.strip_prefix(it).unwrap_or(&folder);
            environment::of_path(rest).is_none().then_some(*place)
        });
        if let Some(place) = above {
            merged[place].1.extend(files);
        } else {
            places.insert(folder.as_str().to_owned(), merged.len());
            merged.push((folder, files));
        }
    }
    merged
}

/// Files that hold objects which other files of the group hold too: nobody applies both. A few
/// repetitions in a large group are a mistake rather than a choice of variants.
fn alternatives(project: &Project<'_>, files: &[Utf8PathBuf]) -> BTreeSet<Utf8PathBuf> {
    let read: Vec<Option<Arc<File>>> = files.iter().map(|it| project.file(it)).collect();
    let mut holders: Lookup<[&str; 3], &Utf8PathBuf> = Lookup::new();
    let mut repeated = BTreeSet::new();
    for (path, file) in files.iter().zip(&read) {
        let objects = file.iter().flat_map(|it| &it.objects);
        for key in objects.filter_map(key) {
            let first: &Utf8PathBuf = holders.get_or_insert_with(key, || path);
            if first != path {
                repeated.extend([first.clone(), path.clone()]);
            }
        }
    }
    if repeated.len() * 4 >= files.len() { repeated } else { BTreeSet::new() }
}

/// Kind, namespace and name; nothing for namespaces, which files often repeat.
fn key(object: &Node) -> Option<[&str; 3]> {
    let kind = object.str_at(&["kind"]).filter(|it| *it != "Namespace")?;
    let name = object.at(&["metadata", "name"])?.text()?;
    let namespace = object.str_at(&["metadata", "namespace"]).unwrap_or_default();
    Some([kind, namespace, name])
}

fn plan(
    project: &Project<'_>,
    manifests: &Manifests,
    path: Utf8PathBuf,
    files: Vec<Utf8PathBuf>,
    reason: String,
) -> RootPlan {
    let kind = if files.iter().any(|it| is_dump(project, it)) {
        RootKind::Dump
    } else {
        RootKind::Manifests
    };
    let gaps = manifests.unread_beside(&files);
    let parts = files.into_iter().map(Part::File).collect();
    let mut plan = RootPlan::new(path, kind, reason, Source::Parts(parts));
    plan.gaps = gaps;
    if kind == RootKind::Dump {
        "a list of objects as the cluster holds them".clone_into(&mut plan.reason);
    }
    plan
}

/// True for a list whose items the API server has stamped.
fn is_dump(project: &Project<'_>, path: &Utf8Path) -> bool {
    let Some(file) = project.file(path) else { return false };
    file.documents.iter().any(|document| {
        let items = document.node.get("items").map(Node::items).unwrap_or_default();
        object::is_list(&document.node)
            && items.iter().any(|it| it.at(&["metadata", "uid"]).is_some())
    })
}
