//! Releases that a Helmfile lists, as far as the tree says what they are.

use std::cell::Cell;
use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Gap, GapKind, Map, Node, OriginId, SmolStr};

use super::state::{
    State, environments, files_at, fill_all, leaves_out_missing, values_file, with_filling,
};
use crate::helm::{ChartReference, SetKind};
use crate::roots::environment::{self, EnvironmentEvidence};
use crate::roots::given::{Given, Parameter, Said, ValuesFile};
use crate::roots::inclusion::{outermost, parent, resolve};
use crate::roots::paths::matches_glob;
use crate::roots::plan::Overrides;
use crate::roots::pointer::{Pointer, Takes};
use crate::{Project, helm};

/// Helmfiles in Helmfiles in Helmfiles stop here.
const DEEPEST: usize = 8;

/// Helmfiles that one takes in, all in all, and templates that one release takes over.
const MOST: usize = 200;

/// The charts that a Helmfile installs, and those that are not here.
#[derive(Debug, Default)]
pub(in crate::roots) struct Found {
    pub(in crate::roots) pointers: Vec<Pointer>,
    /// Charts of repositories, whether they were fetched or not.
    pub(in crate::roots) published: Vec<ChartReference>,
    pub(in crate::roots) gaps: Vec<Gap>,
    /// How many Helmfiles were taken in.
    nested_count: usize,
}

/// The charts of repositories that all Helmfiles install, in any of their environments.
pub(crate) fn published(project: &Project<'_>) -> Vec<ChartReference> {
    let tops = tops(project);
    tops.iter().flat_map(|it| releases(project, it).published).collect()
}

/// The Helmfiles that no other one takes in, and one of those that take in each other.
pub(in crate::roots) fn tops(project: &Project<'_>) -> Vec<Utf8PathBuf> {
    let files = project.tree().files().iter().map(|it| &it.path);
    let is_meant = |it: &&Utf8PathBuf| helm::is_helmfile(it) && may_be_one(it);
    let all: Vec<_> = files.filter(is_meant).cloned().collect();
    let nested = |path: &Utf8PathBuf| {
        let names = environments(project, path).unwrap_or_default();
        let states = names.iter().filter_map(|it| State::of(project, path, it, &[]).ok());
        let mut nested = BTreeSet::new();
        for entry in states.flat_map(|it| listed(&it.node).to_vec()) {
            let text = entry.as_str().or(entry.str_at(&["path"])).unwrap_or_default();
            nested.extend(nested_files(project, path, text));
        }
        nested.remove(path);
        nested
    };
    let taken_by = all.into_iter().map(|it| (it.clone(), nested(&it))).collect();
    outermost(&taken_by).into_iter().collect()
}

fn may_be_one(path: &Utf8Path) -> bool {
    matches!(path.extension(), Some("yaml" | "yml" | "gotmpl"))
}

/// The entries of a state that name other Helmfiles.
fn listed(node: &Node) -> &[Node] {
    node.get("helmfiles").map(Node::items).unwrap_or_default()
}

/// The files of the tree that an entry names: one, those of a pattern, or those of a folder.
fn nested_files(project: &Project<'_>, from: &Utf8Path, text: &str) -> Vec<Utf8PathBuf> {
    let Some(wanted) = resolve(&parent(from), text) else { return Vec::new() };
    let files = project.tree().files().iter().map(|it| &it.path);
    let is_meant = |it: &&Utf8PathBuf| {
        **it == wanted
            || wanted.as_str().contains('*') && matches_glob(&wanted, it)
            || it.parent() == Some(&wanted) && may_be_one(it)
    };
    files.filter(is_meant).cloned().collect()
}

/// The releases of one file, once for each environment that it names.
pub(in crate::roots) fn releases(project: &Project<'_>, path: &Utf8Path) -> Found {
    let mut found = Found::default();
    match environments(project, path) {
        Ok(names) => {
            for environment in &names {
                let part = Part { environment, given: &[], selectors: &[], around: &[] };
                read(project, path, &part, &mut found);
            }
        }
        Err(needed) => {
            found.add_gap(GapKind::Template, format!("{path}, which needs {needed}"), None);
        }
    }
    found
}

/// What of a file is asked for.
struct Part<'a> {
    environment: &'a SmolStr,
    /// Values that a Helmfile around it hands down.
    given: &'a [Node],
    /// Releases that one of these takes; all where there is none.
    selectors: &'a [Selector],
    /// The Helmfiles around it, the outermost first.
    around: &'a [&'a Utf8Path],
}

/// The releases of a file in one environment, and those of the files that it takes in.
fn read(project: &Project<'_>, path: &Utf8Path, part: &Part<'_>, found: &mut Found) {
    let Part { environment, given, selectors, around } = *part;
    let needs = |needed: &str| format!("{path} in `{environment}`, which needs {needed}");
    let state = match State::of(project, path, environment, given) {
        Ok(state) => state,
        Err(needed) => {
            found.add_gap(GapKind::Template, needs(&needed), None);
            return;
        }
    };
    if let Err(needed) = &state.values {
        found.add_gap(GapKind::Template, needs(needed), None);
    }
    let around: Vec<_> = around.iter().copied().chain([path]).collect();
    let reader = Reader { project, path, environment, state: &state, selectors, around };
    for entry in listed(&state.node) {
        reader.nested(entry, found);
    }
    for release in state.node.get("releases").map(Node::items).unwrap_or_default() {
        reader.release(release, found);
    }
}

impl Found {
    fn add_gap(&mut self, kind: GapKind, what: String, at: Option<OriginId>) {
        if !self.gaps.iter().any(|it| it.kind == kind && it.what == what) {
            self.gaps.push(Gap { kind, what, at });
        }
    }
}

/// One environment of a file.
struct Reader<'a> {
    project: &'a Project<'a>,
    path: &'a Utf8Path,
    environment: &'a SmolStr,
    state: &'a State,
    selectors: &'a [Selector],
    /// It and the Helmfiles around it, the outermost first.
    around: Vec<&'a Utf8Path>,
}

impl Reader<'_> {
    /// What another Helmfile installs, or the part of it that is chosen.
    fn nested(&self, entry: &Node, found: &mut Found) {
        let filled = match self.filled(entry, &self.state.known) {
            Ok(filled) => filled,
            Err(needed) => {
                let what = format!("a Helmfile that `{}` names, which needs {needed}", self.path);
                found.add_gap(GapKind::Template, what, Some(entry.origin));
                return;
            }
        };
        let text = filled.as_str().or(filled.str_at(&["path"])).unwrap_or_default();
        let files = nested_files(self.project, self.path, text);
        let own = filled.get("selectors").map(Node::items).unwrap_or_default();
        let own: Option<Vec<_>> = own.iter().map(|it| Selector::of(it.as_str()?)).collect();
        let (false, Some(own)) = (files.is_empty(), own) else {
            found.add_gap(GapKind::AbsentFile, text.to_owned(), Some(entry.origin));
            return;
        };
        let inherits = filled.get("selectorsInherited").and_then(Node::as_bool) == Some(true);
        let selectors = if inherits { self.selectors } else { &own };
        let mut given = Vec::new();
        for values in filled.get("values").map(Node::items).unwrap_or_default() {
            let node = match values.as_str() {
                Some(text) => resolve(&parent(self.path), text)
                    .and_then(|it| values_file(self.project, &it, &self.state.known).ok()),
                None => Some(values.clone()),
            };
            let Some(node) = node else {
                let what = format!("values of the Helmfile `{text}`");
                found.add_gap(GapKind::AbsentFile, what, Some(values.origin));
                return;
            };
            given.push(node);
        }
        for file in files.iter().filter(|it| *it != self.path) {
            if let Some(needed) = self.refuses(file, found) {
                let what = format!("{file}, which needs {needed}");
                found.add_gap(GapKind::Template, what, Some(entry.origin));
                continue;
            }
            found.nested_count += 1;
            let Self { environment, ref around, .. } = *self;
            let part = Part { environment, given: &given, selectors, around };
            read(self.project, file, &part, found);
        }
    }

    /// Why a file is not taken in: Helmfile would never come to an end, or come to it too late.
    fn refuses(&self, file: &Utf8Path, found: &Found) -> Option<String> {
        if self.around.contains(&file) {
            return Some("itself".into());
        }
        if self.around.len() > DEEPEST {
            return Some(format!("Helmfiles in each other more than {DEEPEST} deep"));
        }
        let is_full = found.nested_count >= MOST;
        is_full.then(|| format!("more than {MOST} Helmfiles"))
    }

    fn filled(&self, node: &Node, known: &Node) -> Result<Node, String> {
        let mut filled = node.clone();
        with_filling(self.project, self.path, known, |it| fill_all(self.project, &mut filled, it))?;
        Ok(filled)
    }

    fn release(&self, release: &Node, found: &mut Found) {
        let name = release.str_at(&["name"]).unwrap_or_default().to_owned();
        let at = release.get("chart").map_or(release.origin, |it| it.origin);
        let whole = inherited(&self.state.node, release, 0, &Cell::new(MOST));
        let filled = whole.and_then(|it| self.filled(&it, &self.known_of(&it, &name)));
        let release = match filled {
            Ok(release) => release,
            Err(needed) => {
                let what = format!("release `{name}` of `{}`, which needs {needed}", self.path);
                found.add_gap(GapKind::Chart, what, Some(at));
                return;
            }
        };
        let name = release.str_at(&["name"]).unwrap_or_default().to_owned();
        let is_chosen =
            self.selectors.is_empty() || self.selectors.iter().any(|it| it.takes(&release));
        if !is_chosen || self.is_left_out(&release) {
            return;
        }
        let Some(chart) = release.str_at(&["chart"]) else { return };
        let folder = resolve(&parent(self.path), chart);
        let folder = folder.filter(|it| self.project.holds(&it.join("Chart.yaml")));
        let reference = helm::of_helmfile_release(&self.state.node, &release);
        let reference = reference.filter(|_| folder.is_none());
        let fetched = reference.as_ref().and_then(|it| self.project.stored(it));
        found.published.extend(reference);
        if folder.is_none() && fetched.is_none() {
            let what = format!("{chart} of release `{name}`");
            found.add_gap(GapKind::Chart, what, Some(at));
            return;
        }
        let given = self.given(&release, &name, at);
        let named = environment::of_name(self.environment).map(|environment| {
            let text = format!("the environment of `{}` is `{}`", self.path, self.environment);
            EnvironmentEvidence { environment, text }
        });
        found.pointers.push(Pointer {
            who: format!("Helmfile release `{name}`"),
            from: self.path.to_owned(),
            from_key: format!("{}#{}", self.path, self.environment),
            repository: String::new(),
            folder: folder.unwrap_or_default(),
            fetched,
            depth: 0,
            takes: Takes::Nothing,
            overrides: Overrides { default_namespace: namespace(&release), ..Overrides::default() },
            given: Some(Box::new(given)),
            healer: None,
            environment: named,
        });
    }

    /// `installed: false`, or a condition on a value that is not there or not true.
    fn is_left_out(&self, release: &Node) -> bool {
        let is_false = |it: &Node| it.as_bool() == Some(false) || it.as_str() == Some("false");
        let installed = release.get("installed").or(release.get("installedTemplate"));
        let condition = release.get("condition").and_then(Node::text).unwrap_or_default();
        let is_met = match (condition.to_ascii_lowercase().as_str(), &self.state.values) {
            ("" | "true", _) => true,
            ("false", _) => false,
            (_, Ok(values)) => {
                let mut keys = condition.split('.');
                keys.try_fold(values, |node, key| node.get(key)).and_then(Node::as_bool)
                    == Some(true)
            }
            // What it asks for is among what is said to be missing.
            (_, Err(_)) => true,
        };
        installed.is_some_and(is_false) || !is_met
    }

    fn given(&self, release: &Node, name: &str, at: OriginId) -> Given {
        let mut given = Given {
            name: name.into(),
            namespace: release.str_at(&["namespace"]).unwrap_or_default().into(),
            at: Some(at),
            ..Given::default()
        };
        let unknown = |what: &str, at| {
            let what = format!("{what}, values of release `{name}`");
            Gap { kind: GapKind::AbsentFile, what, at: Some(at) }
        };
        let known = self.known_of(release, name);
        let may_be_absent = leaves_out_missing(&[Some(release), Some(&self.state.node)]);
        for field in ["valuesTemplate", "values", "secrets"] {
            for entry in release.get(field).map(Node::items).unwrap_or_default() {
                if entry.as_map().is_some() {
                    let values = without_references(entry, name, &mut given.open);
                    given.values.push(Said::Values(values));
                    continue;
                }
                let text = entry.as_str().unwrap_or_default();
                let files = match field {
                    // What is encrypted.
                    "secrets" => Vec::new(),
                    _ => files_at(self.project, self.path, text),
                };
                if files.is_empty() && !(may_be_absent && field != "secrets") {
                    let place = resolve(&parent(self.path), text);
                    let shown = place.as_ref().map_or(text, |it| it.as_str());
                    let shown = if shown.is_empty() { field } else { shown };
                    given.unknown.push(unknown(shown, entry.origin));
                }
                for path in files {
                    let is_first = given.values.is_empty();
                    match values_file(self.project, &path, &known) {
                        Ok(values) => {
                            let clean = without_references(&values, name, &mut given.open);
                            let is_whole =
                                path.extension() != Some("gotmpl") && clean.says_the_same(&values);
                            if is_first && is_whole {
                                let file = ValuesFile::FromTop(path.into_string());
                                given.files.push((file, false));
                            } else {
                                given.values.push(Said::Values(clean));
                            }
                        }
                        Err(_) if path.extension() != Some("gotmpl") => {
                            given.unknown.push(unknown(path.as_str(), entry.origin));
                        }
                        Err(needed) => {
                            let what = format!("{path} (needs {needed})");
                            given.unknown.push(unknown(&what, entry.origin));
                        }
                    }
                }
            }
        }
        for field in ["setTemplate", "set", "setString"] {
            for entry in release.get(field).map(Node::items).unwrap_or_default() {
                let entry = &without_references(entry, name, &mut given.open);
                match (entry.str_at(&["name"]), set_value(entry)) {
                    (Some(name), Some(value)) => {
                        given.parameters.push(Parameter {
                            name: name.to_owned(),
                            value,
                            kind: match field {
                                "setString" => SetKind::Text,
                                _ => SetKind::Typed,
                            },
                            is_command_line: false,
                            origin: entry.origin,
                        });
                    }
                    (name, _) => given.unknown.push(unknown(name.unwrap_or("set"), entry.origin)),
                }
            }
        }
        given
    }

    /// What the templates of a release's values may name.
    fn known_of(&self, release: &Node, name: &str) -> Node {
        let mut own = Map::new();
        own.set("Name", release.origin, Node::string(name, release.origin));
        for (key, field) in [("Namespace", "namespace"), ("Chart", "chart"), ("Labels", "labels")] {
            if let Some(node) = release.get(field) {
                own.set(key, release.origin, node.clone());
            }
        }
        let mut known = self.state.known.clone();
        if let Some(map) = known.map_mut() {
            map.set("Release", release.origin, Node::map(own, release.origin));
        }
        known
    }
}

/// The value of an entry of `set`, or the list that its values are.
fn set_value(entry: &Node) -> Option<String> {
    if let Some(values) = entry.get("values") {
        let values: Vec<_> = values.items().iter().filter_map(Node::text).collect();
        return Some(format!("{{{}}}", values.join(",")));
    }
    Some(entry.get("value")?.text()?.to_owned())
}

/// True for what names a secret that `vals` would fetch.
fn is_reference(text: &str) -> bool {
    text.starts_with("ref+") || text.starts_with("secretref+")
}

/// Values in which what names a secret is unknown.
fn without_references(values: &Node, release: &str, open: &mut Vec<Gap>) -> Node {
    if let Some(text) = values.as_str().filter(|it| is_reference(it)) {
        // What it echoes is the secret itself.
        let shown = if text.contains("+echo://") { "ref+echo://***" } else { text };
        let what = format!("a value of release `{release}`: {shown}");
        open.push(Gap { kind: GapKind::Value, what, at: Some(values.origin) });
        return Node::string(helm::STAND_IN, values.origin);
    }
    let mut clean = values.clone();
    if !holds_reference(values) {
        return clean;
    }
    for item in clean.seq_mut().into_iter().flatten() {
        *item = without_references(item, release, open);
    }
    for entry in clean.map_mut().into_iter().flat_map(|it| it.entries_mut().iter_mut()) {
        entry.node = without_references(&entry.node, release, open);
    }
    clean
}

fn holds_reference(node: &Node) -> bool {
    node.as_str().is_some_and(is_reference)
        || node.items().iter().any(holds_reference)
        || node.as_map().into_iter().flatten().any(|it| holds_reference(&it.node))
}

/// A release with what it takes over from the templates of its file: the texts of the first one that
/// says something, and the lists of all, its own last (`releaseWithInheritedTemplate` of Helmfile).
///
/// # Errors
///
/// A template that is not there, or a circle of them.
fn inherited(
    state: &Node,
    release: &Node,
    depth: usize,
    left: &Cell<usize>,
) -> Result<Node, String> {
    let names = release.get("inherit").map(Node::items).unwrap_or_default();
    if names.is_empty() {
        return Ok(release.clone());
    }
    if depth > DEEPEST {
        return Err("templates that take over from each other".into());
    }
    let still = left.get().checked_sub(names.len());
    left.set(still.ok_or_else(|| format!("more than {MOST} templates"))?);
    let mut whole = Node::map(Map::new(), release.origin);
    for entry in names {
        let name = entry.str_at(&["template"]).unwrap_or_default();
        let template = state.at(&["templates", name]);
        let template = template.ok_or_else(|| format!("the template `{name}`"))?;
        let mut template = inherited(state, template, depth + 1, left)?;
        for field in entry.get("except").map(Node::items).unwrap_or_default() {
            if let (Some(map), Some(field)) = (template.map_mut(), field.as_str()) {
                map.remove(field);
            }
        }
        add_to(&mut whole, &template);
    }
    add_to(&mut whole, release);
    Ok(whole)
}

fn add_to(whole: &mut Node, more: &Node) {
    for entry in more.as_map().into_iter().flatten().filter(|it| it.key != "inherit") {
        let Some(map) = whole.map_mut() else { return };
        match map.get_mut(&entry.key) {
            Some(before) if before.is_seq() && entry.node.is_seq() => {
                let all = before.items().iter().chain(entry.node.items()).cloned().collect();
                *before = Node::seq(all, entry.node.origin);
            }
            Some(before) if before.as_map().is_some() => add_to(before, &entry.node),
            Some(_) => {}
            None => map.set(&entry.key, entry.key_origin, entry.node.clone()),
        }
    }
}

/// Labels that a release must have, or must not have: `tier=front,name!=shop`.
#[derive(Debug)]
struct Selector {
    /// Name, value, and whether that is what it must be.
    labels: Vec<(String, String, bool)>,
}

impl Selector {
    fn of(text: &str) -> Option<Self> {
        let label = |it: &str| {
            let (name, value) = it.split_once('=')?;
            let (name, is_wanted) = match name.strip_suffix('!') {
                Some(name) => (name, false),
                None => (name, true),
            };
            Some((name.trim().to_owned(), value.trim().to_owned(), is_wanted))
        };
        let labels: Option<Vec<_>> = text.split(',').map(label).collect();
        Some(Self { labels: labels? })
    }

    fn takes(&self, release: &Node) -> bool {
        self.labels.iter().all(|(name, value, is_wanted)| {
            let own = match name.as_str() {
                "name" | "namespace" => release.str_at(&[name]),
                "chart" => release.str_at(&["chart"]).and_then(|it| it.rsplit('/').next()),
                _ => release.at(&["labels", name]).and_then(Node::text),
            };
            (own == Some(value)) == *is_wanted
        })
    }
}

/// For objects that name none.
fn namespace(release: &Node) -> Option<(SmolStr, OriginId)> {
    let node = release.get("namespace")?;
    Some((node.as_str().filter(|it| !it.is_empty())?.into(), node.origin))
}
