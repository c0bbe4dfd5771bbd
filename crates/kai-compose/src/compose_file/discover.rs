//! Which files form a project.
//!
//! `docker compose up` takes one of four names and, beside it, an override. Further files are layers
//! that somebody names with `-f`: on top of the default file, unless they stand by themselves. Files
//! that others include or extend are parts.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Node, SmolStr};

use super::canonical::{entries, join};
use super::command_lines;
use super::load::parent;
use crate::{File, Project};

/// Names that Compose looks for, in its order.
const DEFAULT_NAMES: &[&str] =
    &["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

const OVERRIDE_NAMES: &[&str] = &[
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
];

/// Files that are applied together, in the order in which they are laid on each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComposeProject {
    /// What names it: the one file that no other project ends with.
    pub path: Utf8PathBuf,
    pub files: Vec<Utf8PathBuf>,
    /// Why these: a clause with names.
    pub reason: String,
}

impl ComposeProject {
    /// Where relative paths of the project start.
    #[must_use]
    pub fn folder(&self) -> &Utf8Path {
        self.files.first().map_or(Utf8Path::new(""), |it| parent(it))
    }

    /// True for what `docker stack deploy` takes: the same format, run by a cluster in other ways.
    pub(super) fn is_swarm_stack(&self) -> bool {
        is_stack_name(name(&self.path))
    }
}

/// The Compose projects of a tree, sorted by path.
#[must_use]
pub fn projects(project: &Project<'_>) -> Vec<ComposeProject> {
    let files: Vec<&File> =
        project.files().map(|it| &**it).filter(|it| is_compose_file(it)).collect();
    let parts = parts(&files);
    let mut folders: BTreeMap<&Utf8Path, Vec<&File>> = BTreeMap::new();
    for file in files.iter().filter(|it| !parts.contains(&it.path)) {
        folders.entry(parent(&file.path)).or_default().push(file);
    }
    let mut found: Vec<_> = folders
        .into_iter()
        .flat_map(|(folder, files)| in_folder(project, folder, &files))
        .collect();
    found.sort_by(|left, right| left.path.cmp(&right.path));
    found
}

/// True for a file that Compose reads and that has something to run.
#[must_use]
pub fn is_compose_file(file: &File) -> bool {
    let Some(name) = file.path.file_name() else { return false };
    let name = name.to_ascii_lowercase();
    let is_named = name.contains("compose") || is_stack_name(&name);
    let is_default = DEFAULT_NAMES.contains(&name.as_str());
    is_named
        && (file.documents.iter().any(|it| is_model(&it.node)) || (is_default && is_unread(file)))
}

/// `stack.yml`, `docker-stack.yml`, `stack-shop.yml`.
fn is_stack_name(name: &str) -> bool {
    !name.contains("compose") && name.split(['.', '-', '_']).any(|it| it == "stack")
}

/// A template, or broken: that it is a project is all that is known.
fn is_unread(file: &File) -> bool {
    file.template.is_some() || !file.problems.is_empty()
}

fn is_model(node: &Node) -> bool {
    let services = node.get("services").and_then(Node::as_map);
    let has_services =
        services.is_some_and(|it| !it.is_empty() && it.iter().any(|it| it.node.as_map().is_some()));
    (has_services || node.get("include").is_some_and(Node::is_seq))
        && (node.get("apiVersion").is_none() || node.get("kind").is_none())
}

/// Files that others take in. Of files that take in each other, none is a part.
fn parts(files: &[&File]) -> BTreeSet<Utf8PathBuf> {
    let taken: BTreeMap<&Utf8Path, Vec<Utf8PathBuf>> =
        files.iter().map(|it| (it.path.as_path(), parts_of(it))).collect();
    let leads_back = |from: &Utf8Path, to: &Utf8Path| {
        let mut seen = BTreeSet::from([from]);
        let mut waiting = vec![from];
        while let Some(path) = waiting.pop() {
            for next in taken.get(path).into_iter().flatten() {
                if seen.insert(next) {
                    waiting.push(next);
                }
            }
        }
        seen.contains(to)
    };
    let pairs = taken.iter().flat_map(|(path, parts)| parts.iter().map(move |it| (path, it)));
    pairs.filter(|(path, part)| !leads_back(part, path)).map(|(_, part)| part.clone()).collect()
}

/// The files that a file takes in.
fn parts_of(file: &File) -> Vec<Utf8PathBuf> {
    let folder = parent(&file.path);
    let mut parts = Vec::new();
    for document in &file.documents {
        for item in document.node.get("include").map(Node::items).unwrap_or_default() {
            let paths = item.get("path").unwrap_or(item);
            let single = std::slice::from_ref(paths);
            let paths = if paths.is_seq() { paths.items() } else { single };
            parts.extend(paths.iter().filter_map(Node::text).map(|it| join(folder, it)));
        }
        for service in entries(document.node.get("services")) {
            let extended = service.node.at(&["extends", "file"]).and_then(Node::text);
            // A file that extends within itself by name is still a project.
            let extended = extended.map(|it| join(folder, it)).filter(|it| *it != file.path);
            parts.extend(extended.filter(|it| !is_default_name(it)));
        }
    }
    parts
}

fn is_default_name(path: &Utf8Path) -> bool {
    path.file_name().is_some_and(|it| DEFAULT_NAMES.contains(&it))
}

fn in_folder(project: &Project<'_>, folder: &Utf8Path, files: &[&File]) -> Vec<ComposeProject> {
    let named = |names: &[&str]| {
        names.iter().find_map(|name| files.iter().find(|it| it.path == folder.join(name)).copied())
    };
    let base = named(DEFAULT_NAMES);
    let over = base.and_then(|_| named(OVERRIDE_NAMES));
    let mut found: Vec<ComposeProject> =
        base.into_iter().map(|base| default_project(base, over)).collect();
    let mut rest: Vec<&File> = files
        .iter()
        .copied()
        .filter(|it| base.is_none_or(|base| base.path != it.path))
        .filter(|it| over.is_none_or(|over| over.path != it.path))
        .filter(|it| !is_default_name(&it.path) || base.is_none())
        .collect();
    for combination in command_lines::combinations(project, folder, files) {
        let is_new = combination.files.iter().any(|it| rest.iter().any(|file| file.path == *it));
        if is_new {
            rest.retain(|it| !combination.files.contains(&it.path));
            found.push(combination);
        }
    }
    found.extend(rest.into_iter().map(|it| layer(base, it, files)));
    found
}

fn default_project(base: &File, over: Option<&File>) -> ComposeProject {
    let mut files = vec![base.path.clone()];
    let mut reason = "the file that `docker compose up` takes in its folder".to_owned();
    if let Some(over) = over {
        reason.push_str(&format!(", with `{}` on top", name(&over.path)));
        files.push(over.path.clone());
    }
    ComposeProject { path: base.path.clone(), files, reason }
}

/// A file with a name of its own: by itself where it can stand, else on top of the default file and
/// of its neighbours that have what it needs.
fn layer(base: Option<&File>, file: &File, files: &[&File]) -> ComposeProject {
    let path = file.path.clone();
    let lacks = lacks(file);
    let Some(base) = base.filter(|_| !lacks.is_empty() && !is_stack_name(name(&path))) else {
        let reason = match is_stack_name(name(&path)) {
            true => "what `docker stack deploy` takes",
            false => "a Compose file with all that its services need",
        };
        return ComposeProject { files: vec![path.clone()], reason: reason.to_owned(), path };
    };
    let mut layers = vec![base.path.clone()];
    for name in lacks.iter().filter(|it| !runs(base, it)) {
        let neighbour = files.iter().find(|it| it.path != path && runs(it, name));
        layers.extend(neighbour.map(|it| it.path.clone()).filter(|it| !layers.contains(it)));
    }
    layers.push(path.clone());
    let reason = format!("it needs services of `{}`", name(&base.path));
    ComposeProject { path, files: layers, reason }
}

/// The services that a file changes or waits for without saying what they run.
fn lacks(file: &File) -> Vec<SmolStr> {
    let mut lacks = Vec::new();
    for document in &file.documents {
        for service in entries(document.node.get("services")) {
            lacks.push(service.key.clone());
            let depends = service.node.get("depends_on");
            let names = depends.map(Node::items).unwrap_or_default().iter().filter_map(Node::text);
            lacks.extend(names.map(SmolStr::new));
            lacks.extend(entries(depends).map(|it| it.key.clone()));
        }
    }
    lacks.retain(|it| !runs(file, it));
    lacks
}

/// True where a file says what a service runs.
fn runs(file: &File, service: &str) -> bool {
    let services = file.documents.iter().filter_map(|it| it.node.at(&["services", service]));
    let runs = ["image", "build", "extends", "provider"];
    services.into_iter().any(|it| runs.iter().any(|key| it.get(key).is_some()))
}

pub(super) fn name(path: &Utf8Path) -> &str {
    path.file_name().unwrap_or_default()
}
