//! Which kustomization takes in which folders and files.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Node, Value};

use super::object::is_kustomization_file;
use crate::Project;

/// Every kustomization of a project, by folder.
#[derive(Debug, Default)]
pub(super) struct Inclusions {
    pub(super) kustomizations: BTreeMap<Utf8PathBuf, Kustomization>,
}

/// What one kustomization file names that is there.
#[derive(Debug, Default)]
pub(super) struct Kustomization {
    /// A component is applied by those who include it, never by itself.
    pub(super) is_component: bool,
    pub(super) folders: BTreeSet<Utf8PathBuf>,
    pub(super) files: BTreeSet<Utf8PathBuf>,
}

impl Inclusions {
    pub(super) fn of(project: &Project<'_>) -> Self {
        let nodes: BTreeMap<Utf8PathBuf, Node> = project
            .files()
            .filter(|it| is_kustomization_file(&it.path))
            .filter_map(|it| Some((parent(&it.path), it.documents.first()?.node.clone())))
            .collect();
        let kustomizations = nodes
            .iter()
            .map(|(folder, node)| {
                (folder.clone(), Kustomization::of(folder, node, &nodes, project))
            })
            .collect();
        Self { kustomizations }
    }

    /// Folders that no other kustomization includes.
    pub(super) fn tops(&self) -> BTreeSet<Utf8PathBuf> {
        let included: BTreeSet<&Utf8PathBuf> =
            self.kustomizations.values().flat_map(|it| &it.folders).collect();
        let tops = self.kustomizations.iter().filter(|(folder, it)| {
            !it.is_component && (!included.contains(folder) || self.includes_itself(folder))
        });
        tops.map(|(folder, _)| folder.clone()).collect()
    }

    /// A cycle has no top; each of its members is shown, and refused when it is built.
    fn includes_itself(&self, folder: &Utf8Path) -> bool {
        self.kustomizations[folder].folders.iter().any(|it| self.reach(it).contains(folder))
    }

    /// The folder and all kustomizations below it, by inclusion.
    pub(super) fn reach<'a>(&'a self, folder: &'a Utf8Path) -> BTreeSet<&'a Utf8Path> {
        let mut reached = BTreeSet::new();
        let mut waiting = vec![folder];
        while let Some(folder) = waiting.pop() {
            let Some(kustomization) = self.kustomizations.get(folder) else { continue };
            if reached.insert(folder) {
                waiting.extend(kustomization.folders.iter().map(Utf8PathBuf::as_path));
            }
        }
        reached
    }

    /// The nearest kustomization in a folder above, the top folder left out.
    pub(super) fn above<'a>(&self, folder: &'a Utf8Path) -> Option<&'a Utf8Path> {
        let mut above = folder.ancestors().skip(1);
        above.find(|it| !it.as_str().is_empty() && self.kustomizations.contains_key(*it))
    }

    /// Every file that some kustomization names, and the kustomization files themselves.
    pub(super) fn consumed_files(&self) -> BTreeSet<&Utf8Path> {
        self.kustomizations.values().flat_map(|it| &it.files).map(Utf8PathBuf::as_path).collect()
    }
}

impl Kustomization {
    /// Takes every text of the file that is the path of something, whatever field it stands in:
    /// resources, patches, generators and fields to come.
    fn of(
        folder: &Utf8Path,
        node: &Node,
        nodes: &BTreeMap<Utf8PathBuf, Node>,
        project: &Project<'_>,
    ) -> Self {
        let mut result =
            Self { is_component: node.str_at(&["kind"]) == Some("Component"), ..Self::default() };
        for entry in node.as_map().into_iter().flatten() {
            let takes_folders =
                !matches!(entry.key.as_str(), "namespace" | "namePrefix" | "nameSuffix");
            for text in texts(&entry.node) {
                let text = text.rsplit_once('=').map_or(text, |(_, path)| path);
                let Some(path) = resolve(folder, text) else { continue };
                if project.holds(&path) {
                    result.files.insert(path);
                } else if takes_folders && path != folder && nodes.contains_key(&path) {
                    result.folders.insert(path);
                }
            }
        }
        result
    }
}

/// Those that no other one takes in, and the first of each circle that nothing else leads to.
pub(super) fn outermost(
    taken_by: &BTreeMap<Utf8PathBuf, BTreeSet<Utf8PathBuf>>,
) -> BTreeSet<Utf8PathBuf> {
    let taken: BTreeSet<_> = taken_by.values().flatten().collect();
    let (inner, outer): (Vec<_>, Vec<_>) = taken_by.keys().partition(|it| taken.contains(it));
    let (mut outermost, mut reached) = (BTreeSet::new(), BTreeSet::new());
    for path in outer.into_iter().chain(inner) {
        if reached.contains(path) {
            continue;
        }
        outermost.insert(path.clone());
        let mut waiting = vec![path];
        while let Some(path) = waiting.pop() {
            if reached.insert(path) {
                waiting.extend(taken_by.get(path).into_iter().flatten());
            }
        }
    }
    outermost
}

/// Every one-line text below a value.
fn texts(node: &Node) -> Vec<&str> {
    let mut found = Vec::new();
    let mut waiting = vec![node];
    while let Some(node) = waiting.pop() {
        match &node.value {
            Value::Scalar(_) => found.extend(node.as_str().filter(|it| !it.contains('\n'))),
            Value::Seq(items) => waiting.extend(items.iter()),
            Value::Map(map) => waiting.extend(map.iter().map(|it| &it.node)),
            Value::Unknown(_) => {}
        }
    }
    found
}

/// The folder of a path; empty for the top.
pub(super) fn parent(path: &Utf8Path) -> Utf8PathBuf {
    path.parent().unwrap_or(Utf8Path::new("")).to_owned()
}

/// A path as seen from a folder, without `.` and `..`; nothing when it leaves the tree or is a URL.
#[must_use]
pub fn resolve(folder: &Utf8Path, text: &str) -> Option<Utf8PathBuf> {
    if text.starts_with('/') || text.contains("://") {
        return None;
    }
    let mut path = folder.to_owned();
    for part in text.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if !path.pop() {
                    return None;
                }
            }
            part => path.push(part),
        }
    }
    Some(path)
}
