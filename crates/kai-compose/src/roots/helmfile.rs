//! Releases that a Helmfile lists, as far as the tree says what they are.

use camino::Utf8Path;
use kai_core::{Gap, GapKind, Map, Node, OriginId, SmolStr};

use super::environment::{self, EnvironmentEvidence};
use super::generator::fill;
use super::given::{Given, Parameter, ValuesFile};
use super::inclusion::{parent, resolve};
use super::plan::Overrides;
use super::pointer::{Pointer, Takes};
use crate::{File, Project, helm};

/// The charts that a Helmfile installs, and those that are not here.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) pointers: Vec<Pointer>,
    pub(super) gaps: Vec<Gap>,
}

/// The releases of one file, once for each environment that it names.
pub(super) fn releases(project: &Project<'_>, file: &File) -> Found {
    let mut found = Found::default();
    for document in &file.documents {
        let node = &document.node;
        let environments = node.get("environments").and_then(Node::as_map);
        let names: Vec<SmolStr> =
            environments.into_iter().flatten().map(|it| it.key.clone()).collect();
        // One that is called `default` is meant where none is named.
        let names = if names.is_empty() { vec![SmolStr::new("default")] } else { names };
        for name in names {
            let reader = Reader::new(project, file, node, name);
            for release in node.get("releases").map(Node::items).unwrap_or_default() {
                reader.release(release, &mut found);
            }
        }
    }
    found
}

/// One environment of a file.
struct Reader<'a> {
    project: &'a Project<'a>,
    file: &'a File,
    /// The whole document.
    node: &'a Node,
    environment: SmolStr,
    /// What holes may name.
    known: Node,
    /// The values that every release of the environment gets, where they are known.
    values: Option<Node>,
}

impl<'a> Reader<'a> {
    fn new(project: &'a Project<'a>, file: &'a File, node: &'a Node, environment: SmolStr) -> Self {
        let mut reader =
            Self { project, file, node, environment, known: Node::null(node.origin), values: None };
        let mut own = Map::new();
        own.set("Name", node.origin, Node::string(reader.environment.as_str(), node.origin));
        let mut known = Map::new();
        known.set("Environment", node.origin, Node::map(own, node.origin));
        reader.known = Node::map(known.clone(), node.origin);
        reader.values = reader.environment_values();
        if let Some(values) = &reader.values {
            known.set("Values", node.origin, values.clone());
            reader.known = Node::map(known, node.origin);
        }
        reader
    }

    /// Files and mappings, the last word last.
    fn environment_values(&self) -> Option<Node> {
        let mut all = Map::new();
        let listed = self.node.at(&["environments", self.environment.as_str(), "values"]);
        for entry in listed.map(Node::items).unwrap_or_default() {
            let node = match entry.as_str() {
                Some(text) => {
                    let path = resolve(&parent(&self.file.path), &self.filled(text)?)?;
                    self.project.file(&path)?.documents.first()?.node.clone()
                }
                None => entry.clone(),
            };
            for entry in node.as_map()?.iter() {
                all.set(&entry.key, entry.key_origin, entry.node.clone());
            }
        }
        Some(Node::map(all, self.node.origin))
    }

    fn filled(&self, text: &str) -> Option<String> {
        let node = self.fill(&Node::string(text, OriginId::NONE))?;
        node.as_str().map(str::to_owned)
    }

    fn fill(&self, node: &Node) -> Option<Node> {
        fill(node, &self.known, self.project, true)
    }

    fn release(&self, release: &Node, found: &mut Found) {
        let name = release.str_at(&["name"]).unwrap_or_default().to_owned();
        let at = release.get("chart").map_or(release.origin, |it| it.origin);
        let gap = |what: String| Gap { kind: GapKind::Chart, what, at: Some(at) };
        let Some(release) = self.fill(release) else {
            found.gaps.push(gap(format!("release `{name}` of `{}`", self.file.path)));
            return;
        };
        if self.is_left_out(&release) {
            return;
        }
        let Some(chart) = release.str_at(&["chart"]) else { return };
        let folder = resolve(&parent(&self.file.path), chart);
        let folder = folder.filter(|it| self.project.holds(&it.join("Chart.yaml")));
        let reference = helm::of_helmfile_release(self.node, &release);
        let fetched = reference.and_then(|it| self.project.stored(&it));
        if folder.is_none() && fetched.is_none() {
            let gap = gap(format!("{chart} of release `{name}`"));
            if !found.gaps.contains(&gap) {
                found.gaps.push(gap);
            }
            return;
        }
        let named = environment::of_name(&self.environment).map(|environment| {
            let text = format!("the environment of `{}` is `{}`", self.file.path, self.environment);
            EnvironmentEvidence { environment, text }
        });
        found.pointers.push(Pointer {
            who: format!("Helmfile release `{name}`"),
            from: self.file.path.clone(),
            from_key: format!("{}#{}", self.file.path, self.environment),
            repository: String::new(),
            folder: folder.unwrap_or_default(),
            fetched,
            depth: 0,
            takes: Takes::Nothing,
            overrides: Overrides { default_namespace: namespace(&release), ..Overrides::default() },
            given: Some(Box::new(self.given(&release, &name, at))),
            environment: named,
        });
    }

    /// `installed: false`, or a condition on a value that is false.
    fn is_left_out(&self, release: &Node) -> bool {
        let is_false = |it: &Node| it.as_bool() == Some(false) || it.as_str() == Some("false");
        let condition = release.str_at(&["condition"]).unwrap_or_default();
        let value = self
            .values
            .as_ref()
            .and_then(|values| condition.split('.').try_fold(values, |node, key| node.get(key)));
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
        for field in ["values", "secrets"] {
            for entry in release.get(field).map(Node::items).unwrap_or_default() {
                let is_mapping = entry.as_map().is_some();
                let path = entry.as_str().and_then(|it| resolve(&parent(&self.file.path), it));
                let is_plain = field == "values"
                    && path.as_deref().is_some_and(|it| it.extension() != Some("gotmpl"));
                match path {
                    Some(path) if is_plain && given.values.is_empty() => {
                        given.files.push((ValuesFile::FromTop(path.into_string()), false));
                    }
                    None if is_mapping => given.values.push(entry.clone()),
                    // Files behind mappings, templates and what is encrypted.
                    path => {
                        let shown = path.as_deref().map_or(field, Utf8Path::as_str);
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
                    is_text: false,
                    origin: entry.origin,
                }),
                (name, _) => given.unknown.push(unknown(name.unwrap_or("set"), entry.origin)),
            }
        }
        given
    }
}

/// For objects that name none.
fn namespace(release: &Node) -> Option<(SmolStr, OriginId)> {
    let node = release.get("namespace")?;
    Some((node.as_str().filter(|it| !it.is_empty())?.into(), node.origin))
}
