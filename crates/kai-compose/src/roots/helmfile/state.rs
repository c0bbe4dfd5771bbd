//! One Helmfile in one environment, as a tree.

use std::ops::Range;

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Map, Node, OriginId, SmolStr};

use crate::roots::inclusion::{parent, resolve};
use crate::{Project, helm};

/// Files that are based on files that are based on files stop here.
const DEEPEST: usize = 8;

/// What a Helmfile says in one environment.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub(super) node: Node,
    /// The values that every release gets, where they are known.
    pub(super) values: Option<Node>,
    /// What holes may name.
    pub(super) known: Node,
}

impl State {
    /// Reads a file; nothing where it cannot be known what it says. `given` are values that a
    /// Helmfile around it hands down.
    pub(super) fn of(
        project: &Project<'_>,
        path: &Utf8Path,
        environment: &str,
        given: &[Node],
    ) -> Option<Self> {
        let reader = Reader { project, environment, given };
        let mut node = Node::map(Map::new(), OriginId::NONE);
        reader.add(path, &mut node, 0)?;
        let values = reader.values(&node, path);
        let known = reader.known(values.as_ref());
        Some(Self { node, values, known })
    }
}

/// One that is called so is meant where a file names none.
const DEFAULT: &str = "default";

/// The environments that a file names, up to a part of it whose templates need the values of one;
/// nothing where it cannot be known.
pub(super) fn environments(project: &Project<'_>, path: &Utf8Path) -> Option<Vec<SmolStr>> {
    let reader = Reader { project, environment: DEFAULT, given: &[] };
    let mut node = Node::map(Map::new(), OriginId::NONE);
    let is_whole = reader.add(path, &mut node, 0).is_some();
    let named = node.get("environments").and_then(Node::as_map);
    let names: Vec<_> = named.into_iter().flatten().map(|it| it.key.clone()).collect();
    match names.is_empty() {
        true => is_whole.then(|| vec![DEFAULT.into()]),
        false => Some(names),
    }
}

/// A file of values: a mapping, or a template that writes one.
pub(super) fn values_file(project: &Project<'_>, path: &Utf8Path, known: &Node) -> Option<Node> {
    if path.extension() != Some("gotmpl") {
        return Some(project.file(path)?.documents.first()?.node.clone());
    }
    let document = project.raw(path)?.document(project.origins())?;
    let length = project.origins().document(document).text.len();
    let parsed = helm::read_filled(project.origins(), document, 0..length, known)?;
    match parsed.documents.into_iter().next() {
        Some(document) => Some(document.node),
        None => Some(Node::map(Map::new(), OriginId::NONE)),
    }
}

struct Reader<'a> {
    project: &'a Project<'a>,
    environment: &'a str,
    given: &'a [Node],
}

impl Reader<'_> {
    /// Adds what a file says, part by part: what stands in one, the templates in later ones may name.
    fn add(&self, path: &Utf8Path, into: &mut Node, depth: usize) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        let file = self.project.file(path);
        let is_plain = path.extension() != Some("gotmpl")
            && file.as_ref().is_some_and(|it| it.template.is_none() && it.problems.is_empty());
        if let Some(file) = file.filter(|_| is_plain) {
            for document in &file.documents {
                self.add_part(path, &document.node, into, depth)?;
            }
            return Some(());
        }
        let document = self.project.raw(path)?.document(self.project.origins())?;
        let text = &self.project.origins().document(document).text;
        for part in parts(text) {
            let known = self.known(self.values(into, path).as_ref());
            let parsed = helm::read_filled(self.project.origins(), document, part, &known)?;
            for document in &parsed.documents {
                self.add_part(path, &document.node, into, depth)?;
            }
        }
        Some(())
    }

    fn add_part(&self, path: &Utf8Path, part: &Node, into: &mut Node, depth: usize) -> Option<()> {
        for base in part.get("bases").map(Node::items).unwrap_or_default() {
            let base = self.filled(base.as_str()?, into, path)?;
            self.add(&resolve(&parent(path), &base)?, into, depth + 1)?;
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
            into.map_mut()?.set(&entry.key, entry.key_origin, node);
        }
        Some(())
    }

    fn filled(&self, text: &str, so_far: &Node, path: &Utf8Path) -> Option<String> {
        if !text.contains("{{") {
            return Some(text.to_owned());
        }
        let known = self.known(self.values(so_far, path).as_ref());
        helm::fill(self.project.origins(), text, &known)
    }

    /// Files and mappings, the last word last.
    fn values(&self, node: &Node, path: &Utf8Path) -> Option<Node> {
        let mut all = Node::map(Map::new(), OriginId::NONE);
        let lists = [node.get("values"), node.at(&["environments", self.environment, "values"])];
        let listed = lists.into_iter().flatten().flat_map(Node::items);
        for entry in listed.chain(self.given) {
            let node = match entry.as_str() {
                Some(text) => {
                    let known = self.known(Some(&all));
                    let text = match text.contains("{{") {
                        true => helm::fill(self.project.origins(), text, &known)?,
                        false => text.to_owned(),
                    };
                    let path: Utf8PathBuf = resolve(&parent(path), &text)?;
                    values_file(self.project, &path, &known)?
                }
                None => entry.clone(),
            };
            node.as_map()?;
            helm::overlay(&mut all, node);
        }
        Some(all)
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
