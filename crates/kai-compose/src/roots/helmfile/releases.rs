//! Releases that a Helmfile lists, as far as the tree says what they are.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Gap, GapKind, Map, Node, OriginId, SmolStr};

use super::state::{State, environments, values_file};
use crate::helm::{ChartReference, SetKind};
use crate::roots::environment::{self, EnvironmentEvidence};
use crate::roots::generator::fill;
use crate::roots::given::{Given, Parameter, Said, ValuesFile};
use crate::roots::inclusion::{parent, resolve};
use crate::roots::paths::matches_glob;
use crate::roots::plan::Overrides;
use crate::roots::pointer::{Pointer, Takes};
use crate::{Project, helm};

/// Helmfiles in Helmfiles in Helmfiles stop here.
const DEEPEST: usize = 8;

/// The charts that a Helmfile installs, and those that are not here.
#[derive(Debug, Default)]
pub(in crate::roots) struct Found {
    pub(in crate::roots) pointers: Vec<Pointer>,
    /// Charts of repositories, whether they were fetched or not.
    pub(in crate::roots) published: Vec<ChartReference>,
    pub(in crate::roots) gaps: Vec<Gap>,
}

/// The charts of repositories that all Helmfiles install, in any of their environments.
pub(crate) fn published(project: &Project<'_>) -> Vec<ChartReference> {
    let tops = tops(project);
    tops.iter().flat_map(|it| releases(project, it).published).collect()
}

/// The Helmfiles that no other one takes in.
pub(in crate::roots) fn tops(project: &Project<'_>) -> Vec<Utf8PathBuf> {
    let files = project.tree().files().iter().map(|it| &it.path);
    let is_meant = |it: &&Utf8PathBuf| helm::is_helmfile(it) && may_be_one(it);
    let all: Vec<_> = files.filter(is_meant).cloned().collect();
    let mut nested = BTreeSet::new();
    for path in &all {
        let names = environments(project, path).unwrap_or_default();
        let states = names.iter().filter_map(|it| State::of(project, path, it, &[]));
        for entry in states.flat_map(|it| listed(&it.node).to_vec()) {
            let text = entry.as_str().or(entry.str_at(&["path"])).unwrap_or_default();
            nested.extend(nested_files(project, path, text).into_iter().filter(|it| it != path));
        }
    }
    all.into_iter().filter(|it| !nested.contains(it)).collect()
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
    let Some(names) = environments(project, path) else {
        found.add_gap(GapKind::Template, path.to_string(), None);
        return found;
    };
    for name in names {
        read(project, path, &name, &[], &mut found, 0);
    }
    found
}

/// The releases of a file in one environment, and those of the files that it takes in.
fn read(
    project: &Project<'_>,
    path: &Utf8Path,
    environment: &SmolStr,
    given: &[Node],
    found: &mut Found,
    depth: usize,
) {
    let Some(state) = State::of(project, path, environment, given) else {
        found.add_gap(GapKind::Template, format!("{path} in `{environment}`"), None);
        return;
    };
    let reader = Reader { project, path, environment, state: &state };
    for entry in listed(&state.node) {
        reader.nested(entry, found, depth);
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
}

impl Reader<'_> {
    /// What another Helmfile installs. One of which only a part is chosen is not followed.
    fn nested(&self, entry: &Node, found: &mut Found, depth: usize) {
        let Some(filled) = self.fill(entry) else {
            let what = format!("a Helmfile that `{}` names", self.path);
            found.add_gap(GapKind::Template, what, Some(entry.origin));
            return;
        };
        let text = filled.as_str().or(filled.str_at(&["path"])).unwrap_or_default();
        let files = nested_files(self.project, self.path, text);
        let is_part = filled.get("selectors").is_some_and(|it| !it.items().is_empty());
        if files.is_empty() || is_part || depth >= DEEPEST {
            found.add_gap(GapKind::AbsentFile, text.to_owned(), Some(entry.origin));
            return;
        }
        let mut given = Vec::new();
        for values in filled.get("values").map(Node::items).unwrap_or_default() {
            let node = match values.as_str() {
                Some(text) => resolve(&parent(self.path), text)
                    .and_then(|it| values_file(self.project, &it, &self.state.known)),
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
            read(self.project, file, self.environment, &given, found, depth + 1);
        }
    }

    fn fill(&self, node: &Node) -> Option<Node> {
        fill(node, &self.state.known, self.project, true)
    }

    fn release(&self, release: &Node, found: &mut Found) {
        let name = release.str_at(&["name"]).unwrap_or_default().to_owned();
        let at = release.get("chart").map_or(release.origin, |it| it.origin);
        let Some(release) = self.fill(release) else {
            let what = format!("release `{name}` of `{}`", self.path);
            found.add_gap(GapKind::Chart, what, Some(at));
            return;
        };
        if self.is_left_out(&release) {
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

    /// `installed: false`, or a condition on a value that is false.
    fn is_left_out(&self, release: &Node) -> bool {
        let is_false = |it: &Node| it.as_bool() == Some(false) || it.as_str() == Some("false");
        let condition = release.str_at(&["condition"]).unwrap_or_default();
        let value =
            self.state.values.as_ref().and_then(|values| {
                condition.split('.').try_fold(values, |node, key| node.get(key))
            });
        release.get("installed").is_some_and(is_false) || value.is_some_and(is_false)
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
        for field in ["values", "secrets"] {
            for entry in release.get(field).map(Node::items).unwrap_or_default() {
                if entry.as_map().is_some() {
                    given.values.push(Said::Values(entry.clone()));
                    continue;
                }
                let path = entry.as_str().and_then(|it| resolve(&parent(self.path), it));
                let is_first = given.values.is_empty();
                match path.filter(|_| field == "values") {
                    Some(path) if is_first && path.extension() != Some("gotmpl") => {
                        given.files.push((ValuesFile::FromTop(path.into_string()), false));
                    }
                    Some(path) => match values_file(self.project, &path, &known) {
                        Some(values) => given.values.push(Said::Values(values)),
                        None => given.unknown.push(unknown(path.as_str(), entry.origin)),
                    },
                    // What is encrypted.
                    None => {
                        let shown = entry.as_str().unwrap_or(field);
                        given.unknown.push(unknown(shown, entry.origin));
                    }
                }
            }
        }
        for entry in release.get("set").map(Node::items).unwrap_or_default() {
            match (entry.str_at(&["name"]), entry.get("value").and_then(Node::text)) {
                (Some(name), Some(value)) => given.parameters.push(Parameter {
                    name: name.to_owned(),
                    value: value.to_owned(),
                    kind: SetKind::Typed,
                    is_command_line: false,
                    origin: entry.origin,
                }),
                (name, _) => given.unknown.push(unknown(name.unwrap_or("set"), entry.origin)),
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

/// For objects that name none.
fn namespace(release: &Node) -> Option<(SmolStr, OriginId)> {
    let node = release.get("namespace")?;
    Some((node.as_str().filter(|it| !it.is_empty())?.into(), node.origin))
}
