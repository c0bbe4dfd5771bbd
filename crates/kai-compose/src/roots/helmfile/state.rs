//! One Helmfile in one environment, as a tree.

use std::cell::Cell;
use std::ops::Range;

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Map, Node, OriginId, SmolStr};

use crate::helm::Filling;
use crate::roots::inclusion::{parent, resolve};
use crate::roots::paths::files_of;
use crate::{Project, helm};

/// Files that are based on files that are based on files stop here.
const DEEPEST: usize = 8;

/// Files that one is based on, all in all.
const MOST: usize = 200;

/// What a Helmfile says in one environment.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub(super) node: Node,
    /// The values of the environment, or what they need and nobody here knows.
    pub(super) values: Result<Node, String>,
    /// What holes may name.
    pub(super) known: Node,
}

impl State {
    /// Reads a file. `given` are values that a Helmfile around it hands down.
    ///
    /// # Errors
    ///
    /// What it needs and nobody here knows.
    pub(super) fn of(
        project: &Project<'_>,
        path: &Utf8Path,
        environment: &str,
        given: &[Node],
    ) -> Result<Self, String> {
        let reader = Reader { project, environment, given, left: Cell::new(MOST) };
        let mut node = Node::map(Map::new(), OriginId::NONE);
        reader.add(path, &mut node, 0)?;
        let values = reader.values(&node, path);
        let known = reader.known(values.as_ref().ok());
        Ok(Self { node, values, known })
    }
}

/// One that is called so is meant where a file names none.
const DEFAULT: &str = "default";

/// The environments that a file names, up to a part of it whose templates need the values of one.
///
/// # Errors
///
/// What it needs and nobody here knows.
pub(super) fn environments(project: &Project<'_>, path: &Utf8Path) -> Result<Vec<SmolStr>, String> {
    let reader = Reader { project, environment: DEFAULT, given: &[], left: Cell::new(MOST) };
    let mut node = Node::map(Map::new(), OriginId::NONE);
    let read = reader.add(path, &mut node, 0);
    let named = node.get("environments").and_then(Node::as_map);
    let names: Vec<_> = named.into_iter().flatten().map(|it| it.key.clone()).collect();
    match names.is_empty() {
        true => read.map(|()| vec![DEFAULT.into()]),
        false => Ok(names),
    }
}

/// The files that a path or a pattern names, as seen from the folder of a Helmfile.
pub(super) fn files_at(project: &Project<'_>, from: &Utf8Path, text: &str) -> Vec<Utf8PathBuf> {
    let Some(path) = resolve(&parent(from), text) else { return Vec::new() };
    match project.raw(&path) {
        Some(_) => vec![path],
        None => files_of(project, &path),
    }
}

/// True where files of values that are missing are left out, as one of these says who comes first
/// (`missingFileHandler`).
pub(super) fn leaves_out_missing(sayers: &[Option<&Node>]) -> bool {
    let mut said = sayers.iter().flatten().filter_map(|it| it.str_at(&["missingFileHandler"]));
    said.next().is_some_and(|it| matches!(it, "Warn" | "Info" | "Debug"))
}

/// How holes are filled in a file that may read those beside it.
pub(super) fn with_filling<T>(
    project: &Project<'_>,
    path: &Utf8Path,
    values: &Node,
    then: impl FnOnce(&Filling<'_>) -> T,
) -> T {
    let folder = parent(path);
    let read = |name: &str| {
        let raw = project.raw(&resolve(&folder, name)?)?;
        std::str::from_utf8(&raw.bytes).ok().map(str::to_owned)
    };
    then(&Filling { values, read: &read })
}

/// Every text below a node with its holes filled.
///
/// # Errors
///
/// What one needs and nobody here knows.
pub(super) fn fill_all(
    project: &Project<'_>,
    node: &mut Node,
    filling: &Filling<'_>,
) -> Result<(), String> {
    if let Some(text) = node.as_str().filter(|it| it.contains("{{")) {
        *node = Node::string(filling.fill(project.origins(), text)?, node.origin);
    }
    for item in node.seq_mut().into_iter().flatten() {
        fill_all(project, item, filling)?;
    }
    for entry in node.map_mut().into_iter().flat_map(|it| it.entries_mut().iter_mut()) {
        fill_all(project, &mut entry.node, filling)?;
    }
    Ok(())
}

/// A file of values: a mapping, or a template that writes one.
///
/// # Errors
///
/// What it needs and nobody here knows.
pub(super) fn values_file(
    project: &Project<'_>,
    path: &Utf8Path,
    known: &Node,
) -> Result<Node, String> {
    let absent = || format!("the file `{path}`");
    let empty = || Node::map(Map::new(), OriginId::NONE);
    if path.extension() != Some("gotmpl") {
        let file = project.file(path).ok_or_else(absent)?;
        let is_read = file.problems.is_empty() && file.template.is_none();
        let node = file.documents.first().map(|it| it.node.clone());
        return node.or_else(|| is_read.then(empty)).ok_or_else(absent);
    }
    let document = project.raw(path).and_then(|it| it.document(project.origins()));
    let document = document.ok_or_else(absent)?;
    let length = project.origins().document(document).text.len();
    let read = |it: &Filling<'_>| it.read(project.origins(), document, 0..length);
    let parsed = with_filling(project, path, known, read)?;
    Ok(parsed.documents.into_iter().next().map_or_else(empty, |it| it.node))
}

struct Reader<'a> {
    project: &'a Project<'a>,
    environment: &'a str,
    given: &'a [Node],
    /// How many more files may be based on.
    left: Cell<usize>,
}

impl Reader<'_> {
    /// Adds what a file says, part by part: what stands in one, the templates in later ones may name.
    fn add(&self, path: &Utf8Path, into: &mut Node, depth: usize) -> Result<(), String> {
        if depth > DEEPEST {
            return Err(format!("files that are based on each other more than {DEEPEST} deep"));
        }
        let file = self.project.file(path);
        let is_plain = path.extension() != Some("gotmpl")
            && file.as_ref().is_some_and(|it| it.template.is_none() && it.problems.is_empty());
        if let Some(file) = file.filter(|_| is_plain) {
            for document in &file.documents {
                self.add_part(path, &document.node, into, depth)?;
            }
            return Ok(());
        }
        let origins = self.project.origins();
        let document = self.project.raw(path).and_then(|it| it.document(origins));
        let document = document.ok_or_else(|| format!("the file `{path}`"))?;
        let text = &origins.document(document).text;
        for part in parts(text) {
            // What it names of values that cannot be known is told where it is filled.
            let known = self.known(self.values(into, path).ok().as_ref());
            let read = |it: &Filling<'_>| it.read(origins, document, part);
            let parsed = with_filling(self.project, path, &known, read)?;
            for document in &parsed.documents {
                self.add_part(path, &document.node, into, depth)?;
            }
        }
        Ok(())
    }

    fn add_part(
        &self,
        path: &Utf8Path,
        part: &Node,
        into: &mut Node,
        depth: usize,
    ) -> Result<(), String> {
        for base in part.get("bases").map(Node::items).unwrap_or_default() {
            let base = self.filled(base.as_str().unwrap_or_default(), into, path)?;
            let file = resolve(&parent(path), &base).ok_or_else(|| format!("the file `{base}`"))?;
            let left = self.left.get().checked_sub(1);
            self.left.set(left.ok_or_else(|| format!("more than {MOST} files in `bases`"))?);
            self.add(&file, into, depth + 1)?;
        }
        for entry in part.as_map().into_iter().flatten() {
            let before = into.get(&entry.key).cloned();
            let node = match before {
                Some(before) if before.is_seq() && entry.node.is_seq() => {
                    let all = before.items().iter().chain(entry.node.items()).cloned();
                    Node::seq(all.collect(), entry.node.origin)
                }
                Some(mut before) if before.as_map().is_some() && entry.node.as_map().is_some() => {
                    helm::overlay(&mut before, entry.node.clone());
                    before
                }
                _ => entry.node.clone(),
            };
            if let Some(map) = into.map_mut() {
                map.set(&entry.key, entry.key_origin, node);
            }
        }
        Ok(())
    }

    fn filled(&self, text: &str, so_far: &Node, path: &Utf8Path) -> Result<String, String> {
        if !text.contains("{{") {
            return Ok(text.to_owned());
        }
        let known = self.known(Some(&self.values(so_far, path)?));
        self.fill(text, &known, path)
    }

    fn fill(&self, text: &str, known: &Node, path: &Utf8Path) -> Result<String, String> {
        let fill = |it: &Filling<'_>| it.fill(self.project.origins(), text);
        with_filling(self.project, path, known, fill)
    }

    /// Files and mappings, the last word last.
    fn values(&self, node: &Node, path: &Utf8Path) -> Result<Node, String> {
        let mut all = Node::map(Map::new(), OriginId::NONE);
        let environment = node.at(&["environments", self.environment]);
        let may_be_absent = leaves_out_missing(&[environment, Some(node)]);
        let lists = [node.get("values"), environment.and_then(|it| it.get("values"))];
        let listed = lists.into_iter().flatten().flat_map(Node::items);
        for entry in listed.chain(self.given) {
            let Some(text) = entry.as_str() else {
                helm::overlay(&mut all, entry.clone());
                continue;
            };
            let known = self.known(Some(&all));
            let text = match text.contains("{{") {
                true => self.fill(text, &known, path)?,
                false => text.to_owned(),
            };
            let files = files_at(self.project, path, &text);
            if files.is_empty() && !may_be_absent {
                return Err(format!("the file `{text}`"));
            }
            for file in files {
                helm::overlay(&mut all, values_file(self.project, &file, &known)?);
            }
        }
        Ok(all)
    }

    fn known(&self, values: Option<&Node>) -> Node {
        let at = OriginId::NONE;
        let mut environment = Map::new();
        environment.set("Name", at, Node::string(self.environment, at));
        let mut known = Map::new();
        if let Some(values) = values {
            environment.set("Values", at, values.clone());
            known.set("Values", at, values.clone());
            known.set("StateValues", at, values.clone());
        }
        known.set("Environment", at, Node::map(environment, at));
        Node::map(known, at)
    }
}

/// What stands between lines of three dashes.
fn parts(text: &str) -> Vec<Range<usize>> {
    let (mut parts, mut start, mut at) = (Vec::new(), 0, 0);
    for line in text.split_inclusive('\n') {
        if line.trim_end() == "---" {
            parts.push(start..at);
            start = at + line.len();
        }
        at += line.len();
    }
    parts.push(start..at);
    parts
}
