//! From files to one model: variables filled in, short forms written out, `extends` and `include`
//! followed, later files laid on earlier ones.

use std::collections::BTreeMap;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Gap, GapKind, Map, Node, OriginId, Origins, Problem};

use super::canonical::{Canonical, entries, join};
use super::interpolate;
use super::merge::merge;
use super::tags::{self, Tags};
use super::variables::Variables;
use crate::{File, Project};

/// How long a chain of includes and extends may get, and how many includes a project may have.
const CHAIN_MAX: usize = 32;
const INCLUDES_MAX: u32 = 500;

pub(super) struct Loader<'a> {
    pub(super) project: &'a Project<'a>,
    pub(super) gaps: Vec<Gap>,
    pub(super) problems: Vec<Problem>,
    /// What is being loaded: files that include, services that extend.
    chain: Vec<String>,
    /// Files that services extend, with the number of the setting that they were read in.
    bases: BTreeMap<(u32, Utf8PathBuf), Node>,
    include_count: u32,
}

/// Where a file's relative paths start, and what fills its variables.
#[derive(Clone, Copy)]
pub(super) struct Setting<'a> {
    pub(super) folder: &'a Utf8Path,
    pub(super) variables: &'a Variables,
    /// Tells the variables of one include from those of another.
    pub(super) number: u32,
}

impl<'a> Loader<'a> {
    pub(super) fn new(project: &'a Project<'a>) -> Self {
        Self {
            project,
            gaps: Vec::new(),
            problems: Vec::new(),
            chain: Vec::new(),
            bases: BTreeMap::new(),
            include_count: 0,
        }
    }

    pub(super) fn origins(&self) -> &'a Origins {
        self.project.origins()
    }

    /// The model of several files, each laid on those before it.
    pub(super) fn files(&mut self, paths: &[Utf8PathBuf], setting: Setting<'_>) -> Option<Node> {
        let mut model: Option<Node> = None;
        for path in paths {
            let Some(file) = self.file(path, None) else { continue };
            for document in &file.documents {
                let (over, tags) = self.document(&document.node, path, setting);
                model = Some(match model {
                    Some(base) => merge(&tags::cleared(&base, &tags), &over, self.origins()),
                    None => over,
                });
            }
        }
        model
    }

    /// A file that something names; a gap where it cannot be had.
    fn file(&mut self, path: &Utf8Path, at: Option<OriginId>) -> Option<Arc<File>> {
        let Some(file) = self.project.file(path) else {
            self.absent(path.as_str(), at);
            return None;
        };
        if file.template.is_some() {
            self.gaps.push(Gap { kind: GapKind::Template, what: path.to_string(), at });
        } else if !file.problems.is_empty() {
            self.gaps.push(Gap { kind: GapKind::Broken, what: path.to_string(), at });
        }
        Some(file)
    }

    pub(super) fn absent(&mut self, what: &str, at: Option<OriginId>) {
        self.gap(GapKind::AbsentFile, what, at);
    }

    fn gap(&mut self, kind: GapKind, what: &str, at: Option<OriginId>) {
        let gap = Gap { kind, what: what.to_owned(), at };
        if !self.gaps.contains(&gap) {
            self.gaps.push(gap);
        }
    }

    /// One document with everything that it takes from elsewhere.
    fn document(&mut self, node: &Node, path: &Utf8Path, setting: Setting<'_>) -> (Node, Tags) {
        let (raw, tags) = self.canonical(node, setting);
        let mut model = raw.clone();
        let names: Vec<_> = entries(raw.get("services")).map(|it| it.key.clone()).collect();
        for name in &names {
            let Some(service) = self.service(&raw, name, path, setting) else { continue };
            if let Some(place) = model.at_mut(&["services", name]) {
                *place = service;
            }
        }
        (self.includes(model, setting), tags)
    }

    fn canonical(&mut self, node: &Node, setting: Setting<'_>) -> (Node, Tags) {
        let origins = self.origins();
        let (node, tags) = tags::taken_off(node, origins);
        let filled = interpolate::fill_tree(&node, setting.variables, origins, &mut self.problems);
        let folder = setting.folder;
        let mut canonical = Canonical { origins, folder, problems: &mut self.problems };
        (canonical.model(&filled), tags)
    }

    /// A service of a model, laid on what it extends.
    fn service(
        &mut self,
        model: &Node,
        name: &str,
        path: &Utf8Path,
        setting: Setting<'_>,
    ) -> Option<Node> {
        let service = model.at(&["services", name])?;
        let Some(extends) = service.get("extends") else { return Some(service.clone()) };
        let mut own = service.clone();
        own.map_mut()?.remove("extends");
        let link = format!("{path}#{name}");
        if self.chain.contains(&link) || self.chain.len() >= CHAIN_MAX {
            self.problem(extends.origin, "this service extends itself", "break the circle");
            return Some(own);
        }
        self.chain.push(link);
        let base = self.extended(model, extends, path, setting);
        self.chain.pop();
        Some(base.map_or(own.clone(), |base| merge(&base, &own, self.origins())))
    }

    fn extended(
        &mut self,
        model: &Node,
        extends: &Node,
        path: &Utf8Path,
        setting: Setting<'_>,
    ) -> Option<Node> {
        let name = extends.get("service").and_then(Node::text)?;
        let Some(file) = extends.get("file").and_then(Node::text) else {
            let base = self.service(model, name, path, setting);
            if base.is_none() {
                self.no_such_service(extends.origin, name, path);
            }
            return base;
        };
        let path = join(setting.folder, file);
        let setting = Setting { folder: parent(&path), ..setting };
        let model = self.base(&path, extends.origin, setting)?;
        let base = self.service(&model, name, &path, setting);
        if base.is_none() {
            self.no_such_service(extends.origin, name, &path);
        }
        base
    }

    /// The model of a file that services extend; each file is read once.
    fn base(&mut self, path: &Utf8Path, at: OriginId, setting: Setting<'_>) -> Option<Node> {
        let key = (setting.number, path.to_owned());
        if let Some(model) = self.bases.get(&key) {
            return Some(model.clone());
        }
        let file = self.file(path, Some(at))?;
        let (model, _) = self.canonical(&file.documents.first()?.node, setting);
        self.bases.insert(key, model.clone());
        Some(model)
    }

    fn no_such_service(&mut self, at: OriginId, name: &str, path: &Utf8Path) {
        let message = format!("it extends service `{name}`, which `{path}` does not have");
        self.problem(at, &message, "name a service of that file");
    }

    /// The model with what it includes: its own values win.
    fn includes(&mut self, mut model: Node, setting: Setting<'_>) -> Node {
        let Some(include) = model.map_mut().and_then(|it| it.remove("include")) else {
            return model;
        };
        for item in include.node.items() {
            if let Some(included) = self.include(item, setting) {
                model = merge(&resources(&included), &model, self.origins());
            }
        }
        model
    }

    fn include(&mut self, item: &Node, setting: Setting<'_>) -> Option<Node> {
        let paths = texts(item.get("path").unwrap_or(item));
        if let Some(remote) = paths.iter().find(|it| is_remote(it)) {
            self.gap(GapKind::RemoteBase, remote, Some(item.origin));
            return None;
        }
        let paths: Vec<_> = paths.iter().map(|it| join(setting.folder, it)).collect();
        let folder = match item.get("project_directory").and_then(Node::text) {
            Some(folder) => join(setting.folder, folder),
            None => parent(paths.first()?).to_owned(),
        };
        let link = paths.first()?.to_string();
        if self.chain.contains(&link) || self.chain.len() >= CHAIN_MAX {
            self.problem(item.origin, "this file includes itself", "break the circle");
            return None;
        }
        let env_files = match item.get("env_file") {
            Some(files) => texts(files).iter().map(|it| join(setting.folder, it)).collect(),
            None => vec![folder.join(".env")],
        };
        let variables = self.variables(&env_files, Some(setting.variables));
        self.include_count += 1;
        if self.include_count > INCLUDES_MAX {
            self.problem(item.origin, "this project includes too many files", "include less");
            return None;
        }
        self.chain.push(link);
        let number = self.include_count;
        let setting = Setting { folder: &folder, variables: &variables, number };
        let model = self.files(&paths, setting);
        self.chain.pop();
        model
    }

    /// What environment files set. What stands outside wins, as it was set by whoever is nearer.
    pub(super) fn variables(
        &self,
        files: &[Utf8PathBuf],
        outside: Option<&Variables>,
    ) -> Variables {
        let mut variables = Variables::default();
        for path in files {
            if let Some(file) = self.project.compose_files.env_file(self.project, path) {
                variables.read(&file, outside);
            }
        }
        variables.under(outside)
    }

    pub(super) fn problem(&mut self, at: OriginId, message: &str, remedy: &str) {
        let problem = self.origins().span(at).map(|it| Problem::at(it, message, remedy));
        self.problems.extend(problem.filter(|it| !self.problems.contains(it)));
    }
}

/// What an include brings along: not the name of its project.
fn resources(model: &Node) -> Node {
    let mut model = model.clone();
    if let Some(map) = model.map_mut() {
        map.remove("name");
    }
    model
}

/// A text, or the texts of a list.
fn texts(node: &Node) -> Vec<&str> {
    let single = std::slice::from_ref(node);
    let items = if node.is_seq() { node.items() } else { single };
    items.iter().filter_map(Node::text).collect()
}

fn is_remote(path: &str) -> bool {
    path.contains("://") || path.starts_with("git@") || path.starts_with("oci:")
}

pub(super) fn parent(path: &Utf8Path) -> &Utf8Path {
    path.parent().unwrap_or(Utf8Path::new(""))
}

/// A model without anything in it.
pub(super) fn empty(origin: OriginId) -> Node {
    Node::map(Map::new(), origin)
}
